package io.weir.core.health;

import io.weir.core.model.Tier;
import io.weir.core.zone.PoolFailover;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one process knows of a pool, for another one that goes on with it: see {@link KnownMember}. A value.
 *
 * @param active the tier that its traffic goes to
 * @param homeCarriesFor how long home has carried; empty while it does not
 * @param pin the tier that the operator pinned
 * @param quorum whether it has its quorum
 */
public record KnownPool(String pool, Tier active, PoolFailover.Reason reason, Optional<Duration> homeCarriesFor, Optional<Tier> pin,
        boolean quorum, List<KnownMember> members) {
    public KnownPool {
        members = List.copyOf(members);
    }

    public KnownPool withMembers(List<KnownMember> others) {
        return new KnownPool(pool, active, reason, homeCarriesFor, pin, quorum, others);
    }
}
