package io.weir.core.balance;

/**
 * An algorithm with its tables for one list of candidates. Immutable, shared by all loops; whatever moves is in the loop's {@link PickState}.
 * A pick allocates nothing.
 */
public interface Balancer {
    /**
     * Picks one of the candidates that this balancer was made for.
     *
     * @param state the loop's, with the same candidates in the same order, at least one
     * @param hash of the connection's key; 0 where {@link #usesHash} is false
     * @param nowNanos of the loop's clock
     * @return its position, 0 to {@code state.size() - 1}
     */
    int pick(PickState state, long hash, long nowNanos);

    /** Whether {@link #pick} reads {@code hash}. */
    default boolean usesHash() {
        return false;
    }
}
