package io.weir.core.snapshot;

import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendStatus;
import io.weir.core.limit.Cap;
import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Tier;
import io.weir.core.zone.Standing;
import io.weir.core.zone.ZoneMember;
import java.util.Optional;

/**
 * One configured backend of a pool with its fitness.
 *
 * @param shifted whether the operator took its zone out
 */
public record Member(BackendKey key, Backend backend, Tier tier, BackendStatus status, boolean shifted, Cap cap) implements ZoneMember {
    @Override
    public Optional<String> zone() {
        return backend.zone();
    }

    @Override
    public int configuredWeight() {
        return backend.weight().units();
    }

    @Override
    public int effectiveWeight() {
        return status.effectiveWeight(backend.weight());
    }

    /** The effective weight before warm-up, 0..100. */
    public int fullWeight() {
        return status.fullWeight(backend.weight());
    }

    @Override
    public Standing standing() {
        if (backend.adminState() != AdminState.ENABLED || shifted || effectiveWeight() == 0) {
            return Standing.OUT;
        }
        return switch (status.state()) {
            case HEALTHY, WARMING -> Standing.LIVE;
            case CHECKING -> Standing.UNPROVEN;
            case EJECTED -> Standing.EJECTED;
            case UNHEALTHY -> Standing.FAILED;
            case DRAINING, DRAINED, DISABLED -> Standing.OUT;
        };
    }
}
