package io.weir.core.model;

import java.time.Duration;

/**
 * Keeps the connections and requests of one source at one backend of a pool (CLB-25, LVS-05).
 *
 * @param timeout how long a source is remembered after its last new connection or request, 1s..24h
 * @param ipv4Prefix how many leading bits of an IPv4 address tell sources apart, 1..32
 * @param ipv6Prefix of an IPv6 address, 1..128
 * @param maxEntries sources that are remembered at once, 1..10,000,000
 */
public record Affinity(Duration timeout, int ipv4Prefix, int ipv6Prefix, int maxEntries, AtWeightZero atWeightZero) {
    public static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
    public static final Duration MAX_TIMEOUT = Duration.ofHours(24);
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);
    public static final int IPV4_BITS = 32;
    public static final int IPV6_BITS = 128;
    /** What one subscriber has whole (RFC 6177 2), who changes the other bits at will (RFC 8981). */
    public static final int DEFAULT_IPV6_PREFIX = 64;
    public static final int DEFAULT_ENTRIES = 100_000;
    public static final int MOST_ENTRIES = 10_000_000;
    public static final Affinity DEFAULT = new Affinity(DEFAULT_TIMEOUT, IPV4_BITS, DEFAULT_IPV6_PREFIX, DEFAULT_ENTRIES,
            AtWeightZero.END);

    /** What becomes of the sources of a backend whose weight is set to 0. */
    public enum AtWeightZero {
        /** They go elsewhere from their next connection on. */
        END,
        /** They stay while the backend is healthy, until their timeout (LVS without expire_quiescent_template). */
        KEEP
    }

    public Affinity {
        if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("affinity timeout is " + timeout + ", want 1s..24h");
        }
        check("ipv4Prefix", ipv4Prefix, IPV4_BITS);
        check("ipv6Prefix", ipv6Prefix, IPV6_BITS);
        check("maxEntries", maxEntries, MOST_ENTRIES);
    }

    /** As {@link #DEFAULT} with another timeout. */
    public static Affinity of(Duration timeout) {
        return new Affinity(timeout, IPV4_BITS, DEFAULT_IPV6_PREFIX, DEFAULT_ENTRIES, AtWeightZero.END);
    }

    private static void check(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", want 1.." + most);
        }
    }
}
