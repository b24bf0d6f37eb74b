package io.weir.core.balance;

/**
 * The candidate with the least (in flight + 1) / weight on this loop; of equals the one that was picked longest ago. Immutable, any thread.
 *
 * <p>Exact at any size: the loop keeps a {@link LoadRanking} of its candidates, which costs O(log n) when a connection opens or closes and makes the
 * pick a read. A scan of 2,000 candidates would cost microseconds a pick, and a sample of a few would not be least connections.
 *
 * <p>As never-queue (LVS-01, nq) an idle candidate comes before any that is busy, of several the heaviest.
 */
final class WeightedLeastConnections implements Balancer {
    private final int[] weights;
    private final boolean idleFirst;

    WeightedLeastConnections(int[] weights, boolean idleFirst) {
        this.weights = weights;
        this.idleFirst = idleFirst;
    }

    @Override
    public int pick(PickState state, long hash, long nowNanos) {
        return state.ranking(weights, idleFirst).take();
    }
}
