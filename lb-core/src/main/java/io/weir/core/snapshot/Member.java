package io.weir.core.snapshot;

import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendStatus;
import io.weir.core.health.Tier;
import io.weir.core.limit.Cap;
import io.weir.core.model.Backend;

/** One configured backend of a pool with its fitness. */
public record Member(BackendKey key, Backend backend, Tier tier, BackendStatus status, Cap cap) {
    /** May be given new connections: in service, and of a weight above 0. */
    public boolean acceptsNew() {
        return status.state().live() && backend.weight().units() > 0;
    }
}
