package io.weir.core.snapshot;

import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendState;
import io.weir.core.health.BackendStatus;
import io.weir.core.limit.Cap;
import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Tier;

/** One configured backend of a pool with its fitness. */
public record Member(BackendKey key, Backend backend, Tier tier, BackendStatus status, Cap cap) {
    /** May be given new connections: wanted by the operator, of a weight above 0, and in service. */
    public boolean acceptsNew() {
        return wanted() && status.state().live();
    }

    /** May be given new connections where no member of its tier {@link #acceptsNew}: nothing is known against it yet. */
    public boolean lastResort() {
        return wanted() && status.state() == BackendState.CHECKING;
    }

    private boolean wanted() {
        return backend.adminState() == AdminState.ENABLED && backend.weight().units() > 0;
    }
}
