package io.weir.core.model;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A door that clients come through: one protocol on one address and port (CLB-09). */
public sealed interface Listener {
    Entrance entrance();

    /** The {@code protocol:} in the configuration. */
    String protocol();

    /** Whether its port is one of datagrams: TCP and UDP have the same numbers and do not meet. */
    default boolean datagrams() {
        return this instanceof Udp;
    }

    default String name() {
        return entrance().name();
    }

    default boolean enabled() {
        return entrance().enabled();
    }

    default InetSocketAddress bind() {
        return entrance().bind();
    }

    /** Whether the sockets that one of them has opened serve the other. */
    default boolean opensLike(Listener other) {
        return protocol().equals(other.protocol()) && entrance().sameSockets(other.entrance());
    }

    /** What both ways of relaying bytes over TCP have in common. */
    sealed interface Relayed extends Listener {
        /** Closes a connection that moved no byte either way for so long (CLB-33). */
        Duration idleTimeout();

        /** Whether the kernel may move bytes by itself. */
        Offload offload();

        /** Which address backends see. */
        Forwarding forwarding();
    }

    /**
     * Relays bytes.
     *
     * @param idleTimeout closes a connection that moved no byte either way for so long (CLB-33)
     * @param offload whether the kernel may move bytes by itself
     * @param forwarding which address backends see
     */
    record Tcp(Entrance entrance, String pool, Duration idleTimeout, Offload offload, Forwarding forwarding) implements Relayed {
        public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(900);
        public static final Duration MIN_IDLE_TIMEOUT = Duration.ofSeconds(1);
        public static final Duration MAX_IDLE_TIMEOUT = Duration.ofDays(1);

        public Tcp {
            range("idleTimeout", idleTimeout, MIN_IDLE_TIMEOUT, MAX_IDLE_TIMEOUT);
        }

        /** With the defaults for all else. */
        public static Tcp of(Entrance entrance, String pool) {
            return new Tcp(entrance, pool, DEFAULT_IDLE_TIMEOUT, Offload.AUTO, Forwarding.PROXY);
        }

        @Override
        public String protocol() {
            return "tcp";
        }

        /** Forwarding asks for rights of the process, which are found out when the sockets are opened. */
        @Override
        public boolean opensLike(Listener other) {
            return Relayed.super.opensLike(other) && other instanceof Tcp tcp && forwarding == tcp.forwarding;
        }
    }

    /**
     * Relays datagrams.
     *
     * @param idleTimeout ends a flow without a datagram either way for so long (LVS-07)
     * @param oneShot ends a flow as soon as each of its datagrams was answered
     */
    record Udp(Entrance entrance, String pool, Duration idleTimeout, boolean oneShot) implements Listener {
        public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(300);
        public static final Duration MIN_IDLE_TIMEOUT = Duration.ofSeconds(1);
        public static final Duration MAX_IDLE_TIMEOUT = Duration.ofDays(1);

        public Udp {
            range("idleTimeout", idleTimeout, MIN_IDLE_TIMEOUT, MAX_IDLE_TIMEOUT);
        }

        /** With the defaults for all else. */
        public static Udp of(Entrance entrance, String pool) {
            return new Udp(entrance, pool, DEFAULT_IDLE_TIMEOUT, false);
        }

        @Override
        public String protocol() {
            return "udp";
        }
    }

    /**
     * Forwards HTTP requests.
     *
     * @param routes in the order of the file, the first that matches wins
     * @param pool when no route matches; empty: 404
     * @param desync how far the framing of requests may stray
     */
    record Http(Entrance entrance, List<Route> routes, Optional<String> pool, HttpTimeouts timeouts, HttpLimits limits, Desync desync)
            implements
                Listener {
        public Http {
            routes = List.copyOf(routes);
        }

        /** One that is {@link Desync#DEFENSIVE}. */
        public Http(Entrance entrance, List<Route> routes, Optional<String> pool, HttpTimeouts timeouts, HttpLimits limits) {
            this(entrance, routes, pool, timeouts, limits, Desync.DEFENSIVE);
        }

        @Override
        public String protocol() {
            return "http";
        }
    }

    /**
     * Relays bytes that clients encrypt: ends their TLS here, or passes it through by the name that they ask for.
     *
     * @param terms on which TLS is ended here; empty: it is passed through as it is
     * @param routes by server name; an exact name goes before a suffix, a longer suffix before a shorter one
     * @param pool when no route matches; empty: such clients are refused
     * @param handshakeTimeout from the client's arrival to the end of the handshake, or of its first message if that is passed through
     * @param maxHandshakes under way at once over all event loops; empty: bounded by connections only
     */
    record Tls(Entrance entrance, Optional<TlsTerms> terms, List<ServerNameRoute> routes, Optional<String> pool, Duration idleTimeout,
            Duration handshakeTimeout, OptionalInt maxHandshakes) implements Relayed {
        public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
        public static final Duration MIN_HANDSHAKE_TIMEOUT = Duration.ofSeconds(1);
        public static final Duration MAX_HANDSHAKE_TIMEOUT = Duration.ofSeconds(300);

        public Tls {
            routes = List.copyOf(routes);
            if (pool.isEmpty() && routes.isEmpty()) {
                throw new IllegalArgumentException("neither a pool nor a route");
            }
            range("idleTimeout", idleTimeout, Tcp.MIN_IDLE_TIMEOUT, Tcp.MAX_IDLE_TIMEOUT);
            range("handshakeTimeout", handshakeTimeout, MIN_HANDSHAKE_TIMEOUT, MAX_HANDSHAKE_TIMEOUT);
        }

        /** With the defaults for all else. */
        public static Tls of(Entrance entrance, TlsTerms terms, String pool) {
            return new Tls(entrance, Optional.of(terms), List.of(), Optional.of(pool), Tcp.DEFAULT_IDLE_TIMEOUT, DEFAULT_HANDSHAKE_TIMEOUT,
                    OptionalInt.empty());
        }

        @Override
        public String protocol() {
            return "tls";
        }

        @Override
        public Offload offload() {
            return Offload.AUTO;
        }

        @Override
        public Forwarding forwarding() {
            return Forwarding.PROXY;
        }

        /** Ending TLS and passing it through are two ways to relay. */
        @Override
        public boolean opensLike(Listener other) {
            return Relayed.super.opensLike(other) && other instanceof Tls tls && tls.terms().isPresent() == terms.isPresent();
        }
    }

    private static void range(String name, Duration value, Duration low, Duration high) {
        if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw new IllegalArgumentException(name + " is " + value + ", want " + low + ".." + high);
        }
    }
}
