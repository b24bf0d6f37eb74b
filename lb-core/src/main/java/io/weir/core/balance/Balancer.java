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

    /**
     * Whom to try where the pick does not serve: all candidates one after the other, from a random one on where nothing speaks for an order.
     *
     * @param step 0 to {@code size - 1}, each of which names another candidate
     * @param start random, 0 to {@code size - 1}, the same for all steps
     */
    default int instead(int step, int start, int size) {
        return (start + step) % size;
    }

    /** Whether {@link #pick} reads {@code hash}. */
    default boolean usesHash() {
        return false;
    }
}
