package io.weir.core.model;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A door that clients come through: one protocol on one address and port (CLB-09). */
public sealed interface Listener {
    String name();

    /** False: configured, but the port is closed. */
    boolean enabled();

    /** An IP literal and a port 1..65535, or 0 for one that the kernel chooses. */
    InetSocketAddress bind();

    /** Client connections at once over all event loops of this node; empty is bounded by descriptors only. */
    OptionalInt maxConnections();

    /** The {@code protocol:} in the configuration. */
    String protocol();

    /**
     * Relays bytes.
     *
     * @param idleTimeout closes a connection that moved no byte either way for so long (CLB-33)
     */
    record Tcp(String name, boolean enabled, InetSocketAddress bind, OptionalInt maxConnections, String pool,
            Duration idleTimeout) implements Listener {
        public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(900);
        public static final Duration MIN_IDLE_TIMEOUT = Duration.ofSeconds(1);
        public static final Duration MAX_IDLE_TIMEOUT = Duration.ofDays(1);

        public Tcp {
            Names.check("listener", name);
            range("idleTimeout", idleTimeout, MIN_IDLE_TIMEOUT, MAX_IDLE_TIMEOUT);
        }

        @Override
        public String protocol() {
            return "tcp";
        }
    }

    /**
     * Forwards HTTP requests.
     *
     * @param proxyProtocolFrom sources that must send a PROXY header; others are plain; empty: nobody does
     * @param routes in the order of the file, the first that matches wins
     * @param pool when no route matches; empty: 404
     */
    record Http(String name, boolean enabled, InetSocketAddress bind, OptionalInt maxConnections, List<Cidr> proxyProtocolFrom,
            List<Route> routes, Optional<String> pool, HttpTimeouts timeouts, HttpLimits limits) implements Listener {
        public Http {
            Names.check("listener", name);
            proxyProtocolFrom = List.copyOf(proxyProtocolFrom);
            routes = List.copyOf(routes);
        }

        @Override
        public String protocol() {
            return "http";
        }
    }

    private static void range(String name, Duration value, Duration low, Duration high) {
        if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw new IllegalArgumentException(name + " is " + value + ", want " + low + ".." + high);
        }
    }
}
