package io.weir.core.model;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Where a pool finds members that its configuration does not name. */
public sealed interface Discovery {
    /** The key in the configuration. */
    String text();

    /**
     * Asks the DNS.
     *
     * @param port of members found by address; empty with {@link Type#SRV}, which gives ports itself
     * @param server who is asked; empty: the host's resolv.conf
     * @param interval from one question to the next, 100ms..1h
     * @param zone that the members stand in
     * @param weight of each member; with SRV the records' own weights scale it
     */
    record Dns(String name, Type type, OptionalInt port, Optional<InetSocketAddress> server, Duration interval, Optional<String> zone,
            Weight weight) implements Discovery {
        public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);
        public static final Duration MIN_INTERVAL = Duration.ofMillis(100);
        public static final Duration MAX_INTERVAL = Duration.ofHours(1);

        public Dns {
            DnsNames.check(name);
            within("interval", interval, MIN_INTERVAL, MAX_INTERVAL);
            if ((type == Type.SRV) == port.isPresent()) {
                throw new IllegalArgumentException(port.isPresent() ? "port with type srv" : "no port for the addresses of " + name);
            }
        }

        /** Returns {@code name} if it is one that the DNS can be asked for. */
        public static String checkName(String name) {
            return DnsNames.check(name);
        }

        @Override
        public String text() {
            return "dns";
        }

        /** Which records are asked for. */
        public enum Type {
            A, AAAA, SRV,
            /** A and AAAA. */
            ADDRESSES
        }
    }

    /**
     * Reads a file of backends.
     *
     * @param path absolute
     * @param interval from one look at the file to the next, 100ms..1h
     */
    record File(Path path, Duration interval) implements Discovery {
        public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);

        public File {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("file is '" + path + "', want an absolute path");
            }
            within("interval", interval, Dns.MIN_INTERVAL, Dns.MAX_INTERVAL);
        }

        @Override
        public String text() {
            return "file";
        }
    }

    /**
     * Members register themselves through the API.
     *
     * @param ttl after which one that did not register again is gone, 1s..1h
     */
    record Registered(Duration ttl) implements Discovery {
        public static final Duration DEFAULT_TTL = Duration.ofSeconds(30);
        public static final Duration MIN_TTL = Duration.ofSeconds(1);
        public static final Duration MAX_TTL = Duration.ofHours(1);

        public Registered {
            within("ttl", ttl, MIN_TTL, MAX_TTL);
        }

        @Override
        public String text() {
            return "registered";
        }
    }

    private static void within(String name, Duration value, Duration low, Duration high) {
        if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw new IllegalArgumentException(name + " is " + value + ", want " + low + ".." + high);
        }
    }
}
