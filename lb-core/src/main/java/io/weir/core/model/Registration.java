package io.weir.core.model;

import java.time.Duration;

/**
 * A backend that somebody registered in a pool (ESS-01), for as long as its heartbeats come.
 *
 * @param backend its administrative state is {@link AdminState#DRAIN} once it leaves and {@link AdminState#ENABLED} before
 * @param ttl from one heartbeat to the moment when the next is missed
 */
public record Registration(String pool, Backend backend, Duration ttl) {
    public Registration {
        Names.check("pool", pool);
        if (ttl.compareTo(Discovery.Registered.MIN_TTL) < 0 || ttl.compareTo(Discovery.Registered.MAX_TTL) > 0) {
            throw new IllegalArgumentException("ttl is " + ttl + ", want 1s..1h");
        }
        if (backend.adminState() == AdminState.DISABLED) {
            throw new IllegalArgumentException("registration " + backend.name() + " is disabled, want it enabled or draining");
        }
    }

    /** Told to go; it stays until its connections have ended (ESS-06). */
    public boolean leaving() {
        return backend.adminState() == AdminState.DRAIN;
    }

    /** The same one on its way out. */
    public Registration told() {
        return new Registration(pool, backend.withAdminState(AdminState.DRAIN), ttl);
    }
}
