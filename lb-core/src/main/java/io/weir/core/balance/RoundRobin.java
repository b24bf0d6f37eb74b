package io.weir.core.balance;

/** Each candidate in turn, whatever its weight. Immutable, any thread. */
final class RoundRobin implements Balancer {
    @Override
    public int pick(PickState state, long hash, long nowNanos) {
        return state.nextTurn(state.size());
    }
}
