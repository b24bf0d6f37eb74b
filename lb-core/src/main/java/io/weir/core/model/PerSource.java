package io.weir.core.model;

/**
 * What one client may have of a listener, an IPv4 address or an IPv6 network of 64 bits.
 *
 * @param maxConnections at once
 * @param resumeAt once it had so many, it gets none until so few are left (KA-18)
 */
public record PerSource(int maxConnections, int resumeAt) {
    public static final int MAX_CONNECTIONS = 1_000_000;

    public PerSource {
        if (maxConnections < 1 || maxConnections > MAX_CONNECTIONS) {
            throw new IllegalArgumentException("perSource.maxConnections is " + maxConnections + ", want 1.." + MAX_CONNECTIONS);
        }
        if (resumeAt < 0 || resumeAt >= maxConnections) {
            throw new IllegalArgumentException("perSource.resumeAt is " + resumeAt + ", want 0.." + (maxConnections - 1));
        }
    }

    /** Who had all gets one more as soon as one has ended. */
    public PerSource(int maxConnections) {
        this(maxConnections, maxConnections - 1);
    }
}
