package io.weir.core.health;

import io.weir.core.model.Tier;

/** What health knows: the status of every configured backend, and what follows for each pool as a whole. */
public interface Membership {
    BackendStatus status(BackendKey backend);

    /** Where a pool's traffic goes first. */
    Tier activeTier(String pool);

    /** The same with its cause, where that is known. */
    default TierStatus tier(String pool) {
        return TierStatus.at(activeTier(pool));
    }

    /** Whether enough of a pool's weight is in service. */
    boolean quorum(String pool);

    /** Another number whenever another answer was given for the pool or its backends than before; never one that it had before. */
    long version(String pool);
}
