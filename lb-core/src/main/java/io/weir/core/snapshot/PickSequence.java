package io.weir.core.snapshot;

import io.weir.core.balance.LoopBackend;
import io.weir.core.balance.PickState;
import org.jspecify.annotations.Nullable;

/**
 * The backends that one connection or request may try, in order: the balancer's pick, then each other candidate of the tier once from a random
 * start, then the next tier the same way, always among the newest members that the loop has seen. Confined to one loop, made once and started again for each use; allocates nothing.
 */
public final class PickSequence {
    private @Nullable PoolState state;
    private long hash;
    private long nowNanos;
    private int tier;
    /** Candidate that the tier's balancer picked; negative before that. */
    private int first;
    private int start;
    private int step;
    private int atCap;

    /**
     * Begins anew.
     *
     * @param keyHash of the connection's key; anything where {@link PoolView#usesHash} is false
     */
    public void start(PoolState poolState, long keyHash, long loopNanos) {
        state = poolState;
        hash = keyHash;
        nowNanos = loopNanos;
        tier = 0;
        first = -1;
        atCap = 0;
    }

    /** Drops what the sequence refers to. */
    public void clear() {
        state = null;
    }

    /** The next backend, with {@link LoopBackend#tryOpen} done: the caller ends it with {@code close()}. Null: all were tried. */
    public @Nullable LoopBackend next() {
        PoolState pool = state;
        while (pool != null && tier < pool.view().preference().size()) {
            LoopBackend backend = nextOfTier(pool, pool.view().preference().get(tier));
            if (backend == null) {
                tier++;
                first = -1;
            } else if (backend.tryOpen()) {
                return backend;
            } else {
                atCap++;
            }
        }
        return null;
    }

    /** Backends that were passed over because they are at their cap. */
    public int atCap() {
        return atCap;
    }

    private @Nullable LoopBackend nextOfTier(PoolState pool, Candidates candidates) {
        PickState picks = pool.picks(candidates.tier());
        int size = picks.size();
        if (first < 0) {
            first = candidates.balancer().pick(picks, hash, nowNanos);
            start = pool.random().nextInt(size);
            step = 0;
            return picks.backend(first);
        }
        while (step < size) {
            int candidate = (start + step++) % size;
            if (candidate != first) {
                return picks.backend(candidate);
            }
        }
        return null;
    }
}
