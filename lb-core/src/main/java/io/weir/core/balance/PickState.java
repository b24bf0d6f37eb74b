package io.weir.core.balance;

import java.util.SplittableRandom;

/** What moves while one loop picks among the candidates of one tier of one pool. Confined to the loop; cursors outlive snapshots. */
public final class PickState {
    private final SplittableRandom random;
    private LoopBackend[] backends = {};
    /** Where the algorithm stands in its sequence; starts at random, so that loops and nodes do not herd (TEN-09). */
    int cursor;

    public PickState(SplittableRandom random) {
        this.random = random;
        this.cursor = random.nextInt(Integer.MAX_VALUE);
    }

    /** {@code backends[i]} is candidate {@code i} of the balancer that the next picks go to. */
    public void candidates(LoopBackend[] newBackends) {
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
}
