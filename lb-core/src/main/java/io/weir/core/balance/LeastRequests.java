package io.weir.core.balance;

/**
 * Of two candidates drawn by weight the one with less in flight for its weight. Immutable, any thread.
 *
 * <p>Two choices give almost all that looking at every candidate would (Mitzenmacher, "The power of two choices in randomized load balancing", 2001),
 * and loops that decide at once on the same figures do not herd. The first drawn wins a tie, so that idle candidates share by weight.
 */
final class LeastRequests implements Balancer {
    private final int[] weights;
    private final AliasTable table;

    LeastRequests(int[] weights) {
        this.weights = weights;
        this.table = new AliasTable(weights);
    }

    @Override
    public int pick(PickState state, long hash, long nowNanos) {
        int first = table.draw(state.random());
        if (weights.length == 1) {
            return first;
        }
        int second = table.drawOther(first, state.random());
        long firstLoad = (long) state.backend(first).inFlight() * weights[second];
        long secondLoad = (long) state.backend(second).inFlight() * weights[first];
        return secondLoad < firstLoad ? second : first;
    }
}
