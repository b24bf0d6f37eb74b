package io.weir.daemon.control;

import io.weir.core.balance.LoopBackend;
import io.weir.core.health.AnswerCounts;
import io.weir.core.health.BackendKey;
import io.weir.core.snapshot.AffinityCounters;
import io.weir.core.snapshot.LoopState;
import io.weir.core.snapshot.PoolState;
import io.weir.core.snapshot.SnapshotDiff;
import io.weir.net.EventLoops;
import io.weir.net.LoopLocal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What all traffic loops remember of pools, for both data planes, and the sums over them. Any thread. */
public final class LoopStates {
    private final List<LoopState> states;
    private final LoopLocal<LoopState> byLoop;

    public LoopStates(EventLoops loops) {
        var random = new SplittableRandom();
        states = loops.traffic().stream().map(loop -> new LoopState(loop.index(), random.split())).toList();
        byLoop = new LoopLocal<>(loops, loop -> states.get(loop.index()));
    }

    /** Each loop's own. */
    public LoopLocal<LoopState> byLoop() {
        return byLoop;
    }

    /**
     * Brings the loops up to date with a new configuration, so that backends that left are retired also where no traffic comes. What only health changed a
     * loop takes up at its next connection to the pool: nothing else depends on it, and a loop without traffic pays nothing for backends that flap.
     */
    @SuppressWarnings("ReferenceEquality") // a configuration is exchanged whole
    public void follow(SnapshotDiff diff) {
        if (diff.after().configuration() != diff.before().configuration()) {
            byLoop.forEach(state -> state.retain(diff.after()));
        }
    }

    /** What goes to each backend that a loop has picked so far; a moment old. */
    public Map<BackendKey, BackendTraffic> traffic() {
        Map<BackendKey, BackendTraffic> sums = new HashMap<>();
        for (LoopState state : states) {
            state.pools().forEach(pool -> pool.backends().forEach(backend -> sums.merge(backend.key(), of(backend), BackendTraffic::plus)));
        }
        return sums;
    }

    /** What one pool's backends have answered so far, by name; costs nothing for the other pools. */
    public Map<String, AnswerCounts> answers(String pool) {
        Map<String, AnswerCounts> sums = new HashMap<>();
        for (LoopState state : states) {
            state.known(pool)
                .ifPresent(known -> known.backends()
                    .forEach(backend -> sums.merge(backend.key().backend(), backend.answers(), AnswerCounts::plus)));
        }
        return sums;
    }

    /** What affinity has come to in one pool, by loop. */
    public List<AffinityCounters> affinity(String pool) {
        return states.stream().flatMap(state -> state.known(pool).stream()).map(PoolState::affinity).toList();
    }

    private static BackendTraffic of(LoopBackend backend) {
        return new BackendTraffic(Math.max(0, backend.inFlight()), backend.opened(), backend.connectFailures());
    }
}
