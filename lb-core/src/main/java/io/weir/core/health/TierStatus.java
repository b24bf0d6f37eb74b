package io.weir.core.health;

import io.weir.core.model.Tier;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a pool's traffic goes first, and why. A value.
 *
 * @param since when traffic moved there; empty: it never moved
 * @param returnsAt when the hold-down ends and traffic goes home, if nothing happens before; empty: it is at home, home does not carry, or the return is
 * the operator's
 */
public record TierStatus(Tier active, Reason reason, Optional<Instant> since, Optional<Instant> returnsAt) {
    static final TierStatus START = at(Tier.PRIMARY);

    /** Of a pool whose traffic never moved. */
    public static TierStatus at(Tier tier) {
        return new TierStatus(tier, Reason.NEVER_MOVED, Optional.empty(), Optional.empty());
    }

    TierStatus returningAt(Optional<Instant> when) {
        return new TierStatus(active, reason, since, when);
    }
}
