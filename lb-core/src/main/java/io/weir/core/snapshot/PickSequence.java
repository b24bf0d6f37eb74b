package io.weir.core.snapshot;

import io.weir.core.balance.LoopBackend;
import io.weir.core.balance.PickState;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The backends that one connection or request may try, in order: of a group that is drawn by share the balancer's pick, then each other candidate of
 * the group once from a random start or in the order of the balancer, then the other groups the same way in the order of redispatch. Confined to one loop, made once and started again
 * for each use; allocates nothing as long as first tries succeed.
 *
 * <p>It always goes on among the newest members that the loop has seen: when they changed since the last try it starts over with the new ones and
 * leaves out those that it has tried.
 */
public final class PickSequence {
    private static final LoopBackend[] NONE = {};

    private @Nullable PoolState state;
    private long hash;
    private long nowNanos;
    /** Of the members that it walks over. */
    private long generation;
    /** Position of the group that the share drew; negative before that. */
    private int drawn;
    /** How many groups are done with. */
    private int done;
    /** Candidate that the group's balancer picked; negative before that. */
    private int first;
    private int start;
    private int step;
    private int atCap;
    private @Nullable LoopBackend last;
    /** Those before {@link #last}. */
    private LoopBackend[] tried = NONE;
    private int triedCount;
    private boolean startedOver;

    /**
     * Begins anew.
     *
     * @param keyHash of the connection's key; anything where {@link PoolView#usesHash} is false
     */
    public void start(PoolState poolState, long keyHash, long loopNanos) {
        clear();
        state = poolState;
        hash = keyHash;
        nowNanos = loopNanos;
        generation = poolState.view().generation();
        restart();
        atCap = 0;
        startedOver = false;
    }

    /** Drops what the sequence refers to. */
    public void clear() {
        state = null;
        last = null;
        Arrays.fill(tried, 0, triedCount, null);
        triedCount = 0;
    }

    /** The next backend, with {@link LoopBackend#tryOpen} done: the caller ends it with {@code close()}. Null: all were tried. */
    public @Nullable LoopBackend next() {
        PoolState pool = state;
        if (pool == null) {
            return null;
        }
        rememberLast();
        startOverIfChanged(pool.view());
        while (done < pool.view().groups().size()) {
            LoopBackend backend = nextOf(pool, group(pool));
            if (backend == null) {
                done++;
                first = -1;
            } else if (!startedOver || !wasTried(backend)) {
                if (backend.tryOpen()) {
                    last = backend;
                    return backend;
                }
                atCap++;
            }
        }
        return null;
    }

    /** How often a backend was passed over because it was at its cap. */
    public int atCap() {
        return atCap;
    }

    private void startOverIfChanged(PoolView newest) {
        if (newest.generation() != generation) {
            generation = newest.generation();
            startedOver = true;
            restart();
        }
    }

    private void restart() {
        drawn = -1;
        done = 0;
        first = -1;
    }

    /** The drawn group first, then the others in order. */
    private Candidates group(PoolState pool) {
        if (drawn < 0) {
            drawn = pool.view().draw(pool.random(), hash);
        }
        int position = done == 0 ? drawn : done <= drawn ? done - 1 : done;
        return pool.view().groups().get(position);
    }

    private @Nullable LoopBackend nextOf(PoolState pool, Candidates candidates) {
        PickState picks = pool.picks(candidates);
        int size = picks.size();
        if (first < 0) {
            first = candidates.balancer().pick(picks, hash, nowNanos);
            start = pool.random().nextInt(size);
            step = 0;
            return picks.backend(first);
        }
        while (step < size) {
            int candidate = candidates.balancer().instead(step++, start, size);
            if (candidate != first) {
                return picks.backend(candidate);
            }
        }
        return null;
    }

    private void rememberLast() {
        if (last != null) {
            if (triedCount == tried.length) {
                tried = Arrays.copyOf(tried, Math.max(4, 2 * triedCount));
            }
            tried[triedCount++] = last;
            last = null;
        }
    }

    @SuppressWarnings("ReferenceEquality") // a backend that moved is another one
    private boolean wasTried(LoopBackend backend) {
        for (int i = 0; i < triedCount; i++) {
            if (tried[i] == backend) {
                return true;
            }
        }
        return false;
    }
}
