package io.weir.core.balance;

/** A random candidate, with a probability in proportion to its weight. Immutable, any thread. */
final class WeightedRandom implements Balancer {
    private final AliasTable table;

    WeightedRandom(int[] weights) {
        this.table = new AliasTable(weights);
    }

    @Override
    public int pick(PickState state, long hash, long nowNanos) {
        return table.draw(state.random());
    }
}
