package io.weir.core.snapshot;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/** What one event loop remembers of pools and backends while snapshots come and go. Confined to the loop; counters may be read by all. */
public final class LoopState {
    private final int loop;
    private final SplittableRandom random;
    private final Map<String, PoolState> poolByName = new ConcurrentHashMap<>();

    /**
     * Starts with nothing remembered.
     *
     * @param loop its index, 0 for {@code loop-0}
     */
    public LoopState(int loop, SplittableRandom random) {
        this.loop = loop;
        this.random = random;
    }

    public int loop() {
        return loop;
    }

    /** The loop's state of a pool, brought up to {@code view} if that is newer than what the loop saw last. */
    public PoolState pool(PoolView view) {
        PoolState state = poolByName.get(view.name());
        if (state == null) {
            state = new PoolState(view, random.split());
            poolByName.put(view.name(), state);
        } else {
            state.follow(view);
        }
        return state;
    }

    /**
     * Takes up a publication: brings the pools that the loop knows up to date, so that backends that left are retired also where no traffic comes, and
     * forgets those that are gone. Does nothing to a pool that the loop has seen in a newer snapshot.
     */
    public void retain(Snapshot snapshot) {
        poolByName.forEach((name, state) -> {
            PoolView newest = snapshot.pools().get(name);
            if (newest != null) {
                state.follow(newest);
            } else if (state.view().generation() <= snapshot.generation()) {
                poolByName.remove(name);
                state.retire();
            }
        });
    }

    /** One pool, if the loop knows it; for readers of counters, any thread. */
    public Optional<PoolState> known(String pool) {
        return Optional.ofNullable(poolByName.get(pool));
    }

    /** For readers of counters, any thread. */
    public Collection<PoolState> pools() {
        return poolByName.values();
    }
}
