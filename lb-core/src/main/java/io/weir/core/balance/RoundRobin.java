package io.weir.core.balance;

/** Each candidate in turn. */
final class RoundRobin implements Balancer {
    @Override
    public int pick(PickState state, long hash, long nowNanos) {
        int next = state.cursor + 1;
        state.cursor = next < 0 ? 0 : next;
        return state.cursor % state.size();
    }
}
