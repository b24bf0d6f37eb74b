package io.weir.core.model;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One server of a pool.
 *
 * @param address an IP literal and a port, or 0 for the port that the client connected to (NLB-02); never unresolved, a host
 *     name belongs to discovery
 * @param maxConnections cap over all event loops of this node; empty is unlimited (KA-18)
 * @param resumeAt once {@code maxConnections} were open, it gets none until so few are (KA-18); empty: one less than the most
 */
public record Backend(String name, InetSocketAddress address, Optional<String> zone, Weight weight, OptionalInt maxConnections,
        AdminState adminState, OptionalInt resumeAt) {
    public Backend {
        Names.check("backend", name);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("address of backend " + name + " is " + address + ", want an IP address");
        }
        if (maxConnections.isPresent() && maxConnections.getAsInt() < 1) {
            throw new IllegalArgumentException("maxConnections is " + maxConnections.getAsInt() + ", want 1 or more");
        }
        if (resumeAt.isPresent() && (maxConnections.isEmpty() || resumeAt.getAsInt() >= maxConnections.getAsInt())) {
            throw new IllegalArgumentException("resumeAt is " + resumeAt.getAsInt() + ", want less than maxConnections");
        }
    }

    /** Which takes connections again as soon as one has ended. */
    public Backend(String name, InetSocketAddress address, Optional<String> zone, Weight weight, OptionalInt maxConnections,
            AdminState adminState) {
        this(name, address, zone, weight, maxConnections, adminState, OptionalInt.empty());
    }

    public Backend withZone(Optional<String> wanted) {
        return new Backend(name, address, wanted, weight, maxConnections, adminState, resumeAt);
    }

    public Backend withAdminState(AdminState wanted) {
        return new Backend(name, address, zone, weight, maxConnections, wanted, resumeAt);
    }

    /** Whether it is dialled at the port that the client connected to. */
    public boolean followsPort() {
        return address.getPort() == 0;
    }
}
