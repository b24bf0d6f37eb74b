package io.weir.core.balance;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What moves while one loop picks among the candidates of one tier of one pool. Confined to the loop; where turns stand outlives snapshots. */
public final class PickState {
    private final SplittableRandom random;
    private LoopBackend[] backends = {};
    private @Nullable LoadWatch watch;
    /** The last turn of a cycle; starts at random, so that loops and nodes do not herd (TEN-09). */
    private int turn;

    public PickState(SplittableRandom random) {
        this.random = random;
        this.turn = random.nextInt(Integer.MAX_VALUE);
    }

    /** {@code newBackends[i]} is candidate {@code i} of the balancer that the next picks go to. */
    public void candidates(LoopBackend[] newBackends) {
        if (watch != null) {
            for (LoopBackend backend : backends) {
                backend.leave(watch);
            }
            watch = null;
        }
        backends = newBackends;
    }

    public LoopBackend backend(int candidate) {
        return backends[candidate];
    }

    public int size() {
        return backends.length;
    }

    public SplittableRandom random() {
        return random;
    }

    /** Goes on to the next of {@code length} turns; a cycle of another length is entered where the last one was left, if it is that long. */
    int nextTurn(int length) {
        int next = turn + 1;
        if (Integer.compareUnsigned(next, length) >= 0) {
            next = Integer.remainderUnsigned(next, length);
        }
        turn = next;
        return next;
    }

    /** The candidates by load; made at the first call after they changed, and from then on kept by the backends themselves. */
    LoadRanking ranking(int[] weights, boolean idleFirst) {
        return watch instanceof LoadRanking known ? known : joined(new LoadRanking(weights, idleFirst, backends, random));
    }

    /** What the candidates have in flight; made and kept like {@link #ranking}. */
    LoadTotal total() {
        return watch instanceof LoadTotal known ? known : joined(new LoadTotal(backends));
    }

    private <T extends LoadWatch> T joined(T made) {
        for (int i = 0; i < backends.length; i++) {
            backends[i].join(made, i);
        }
        watch = made;
        return made;
    }
}
