package io.weir.core.balance;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Candidates from the heaviest down, equals in the order of the pool: always the first, or, with overflow, the first that has fewer connections over all
 * loops than its weight, and the heaviest where nobody has (LVS-01: fo, ovf). Whoever does not serve is followed by the next. Immutable, any thread.
 */
final class HeaviestFirst implements Balancer {
    private final int[] weights;
    private final int[] order;
    private final boolean overflows;

    HeaviestFirst(int[] weights, boolean overflows) {
        this.weights = weights;
        this.overflows = overflows;
        this.order = IntStream.range(0, weights.length)
            .boxed()
            .sorted(Comparator.comparingInt((Integer candidate) -> -weights[candidate]))
            .mapToInt(Integer::intValue)
            .toArray();
    }

    @Override
    public int pick(PickState state, long hash, long nowNanos) {
        if (overflows) {
            for (int candidate : order) {
                if (state.backend(candidate).inUse() < weights[candidate]) {
                    return candidate;
                }
            }
        }
        return order[0];
    }

    @Override
    public int instead(int step, int start, int size) {
        return order[step];
    }
}
