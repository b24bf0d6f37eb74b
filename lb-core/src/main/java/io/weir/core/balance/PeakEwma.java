package io.weir.core.balance;

/**
 * Of two candidates drawn by weight the one where one more request is expected to wait less: recent peak latency x (in flight + 1) / weight, after
 * the idea of Finagle's balancer. Immutable, any thread.
 *
 * <p>A candidate that has not answered yet has no latency. Idle, it counts as free, so that it is tried at once; with a first request
 * out it counts as very slow, so that it does not draw all traffic before it has shown that it answers. Among such candidates, those with less in flight win.
 */
final class PeakEwma implements Balancer {
    private static final double UNANSWERED_NANOS = 1e15;
    /** A latency that has decayed below this tells nothing any more. */
    private static final double FORGOTTEN_NANOS = 1_000;

    private final int[] weights;
    private final AliasTable table;

    PeakEwma(int[] weights) {
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
        double firstLoad = load(state.backend(first), nowNanos) * weights[second];
        double secondLoad = load(state.backend(second), nowNanos) * weights[first];
        return secondLoad < firstLoad ? second : first;
    }

    private static double load(LoopBackend backend, long nowNanos) {
        int inFlight = backend.inFlight();
        double latencyNanos = backend.cost().at(nowNanos);
        if (latencyNanos >= FORGOTTEN_NANOS) {
            return latencyNanos * (inFlight + 1);
        }
        return inFlight == 0 ? 0 : UNANSWERED_NANOS * inFlight;
    }
}
