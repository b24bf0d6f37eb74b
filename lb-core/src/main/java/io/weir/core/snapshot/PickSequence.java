package io.weir.core.snapshot;

import io.weir.core.affinity.AffinityKey;
import io.weir.core.affinity.AffinityTable;
import io.weir.core.affinity.Target;
import io.weir.core.balance.LoopBackend;
import io.weir.core.balance.PickState;
import java.net.InetAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The backends that one connection or request may try, in order: the one that its source stays at, if it may; of a group that is drawn by share the balancer's pick, then each other candidate of
 * the group once from a random start or in the order of the balancer, then the other groups the same way in the order of redispatch. Confined to one loop, made once and started again
 * for each use; allocates nothing as long as first tries succeed.
 *
 * <p>It always goes on among the newest members that the loop has seen: when they changed since the last try it starts over with the new ones and
 * leaves out those that it has tried. The source stays, from each pick on, at the backend that was picked last.
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
    /** Whether some of {@link #tried} may come again. */
    private boolean skipTried;
    /** Where the source is kept; null: it is not. */
    private @Nullable AffinityTable affinity;
    private @Nullable AffinityKey source;
    /** Where the source stays, as far as is known here. */
    private @Nullable Target stayed;
    /** The backend that it stays at, until it was tried. */
    private @Nullable LoopBackend keeper;

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
        skipTried = false;
    }

    /** Right behind {@link #start}: keeps the client where its source stays, if the pool has affinity. */
    public void stay(InetAddress client) {
        PoolState pool = state;
        AffinityTable table = pool == null ? null : pool.view().affinity().orElse(null);
        AffinityKey key = table == null ? null : table.key(client);
        if (pool != null && table != null && key != null) {
            keep(pool, table, key);
        }
    }

    /** As {@link #stay}, for a key that the pool's table has already or never will: what it does not know is not remembered. */
    public void stayIfKnown(AffinityKey key) {
        PoolState pool = state;
        AffinityTable table = pool == null ? null : pool.view().affinity().orElse(null);
        if (pool != null && table != null && table.peek(key) != null) {
            keep(pool, table, key);
        }
    }

    private void keep(PoolState pool, AffinityTable table, AffinityKey key) {
        affinity = table;
        source = key;
        stayed = table.get(key);
        keeper = stayed == null ? null : pool.keeper(stayed);
    }

    /** Whether a source is kept where it stays. */
    public boolean stays() {
        return affinity != null;
    }

    /** Drops what the sequence refers to. */
    public void clear() {
        state = null;
        last = null;
        affinity = null;
        source = null;
        stayed = null;
        keeper = null;
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
        startOverIfChanged(pool);
        LoopBackend next = opened(keeper);
        keeper = null;
        last = kept(pool, next == null ? walk(pool) : next);
        return last;
    }

    private @Nullable LoopBackend opened(@Nullable LoopBackend backend) {
        if (backend == null) {
            return null;
        }
        skipTried = true;
        if (backend.tryOpen()) {
            return backend;
        }
        atCap++;
        remember(backend);
        return null;
    }

    private @Nullable LoopBackend walk(PoolState pool) {
        while (done < pool.view().groups().size()) {
            LoopBackend backend = nextOf(pool, group(pool));
            if (backend == null) {
                done++;
                first = -1;
            } else if (!skipTried || !wasTried(backend)) {
                if (backend.tryOpen()) {
                    return backend;
                }
                atCap++;
            }
        }
        return null;
    }

    /** Has the source stay at {@code picked}, or goes with it where another loop has sent it at this very moment. */
    private @Nullable LoopBackend kept(PoolState pool, @Nullable LoopBackend picked) {
        AffinityTable table = affinity;
        AffinityKey key = source;
        if (picked == null || table == null || key == null) {
            return picked;
        }
        pool.affinity().count(stayed, picked.target());
        Target winner = table.claim(key, stayed, picked.target());
        stayed = winner;
        if (winner.equals(picked.target())) {
            return picked;
        }
        LoopBackend other = pool.keeper(winner);
        if (other != null && !wasTried(other) && other.tryOpen()) {
            picked.close();
            skipTried = true;
            restart(); // so that the one that was not tried comes again
            return other;
        }
        stayed = table.claim(key, winner, picked.target());
        return picked;
    }

    /** How often a backend was passed over because it was at its cap. */
    public int atCap() {
        return atCap;
    }

    private void startOverIfChanged(PoolState pool) {
        PoolView newest = pool.view();
        if (newest.generation() != generation) {
            generation = newest.generation();
            skipTried = true;
            restart();
            if (keeper != null) {
                keeper = pool.keeper(keeper.target());
            }
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
            remember(last);
            last = null;
        }
    }

    private void remember(LoopBackend backend) {
        if (triedCount == tried.length) {
            tried = Arrays.copyOf(tried, Math.max(4, 2 * triedCount));
        }
        tried[triedCount++] = backend;
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
