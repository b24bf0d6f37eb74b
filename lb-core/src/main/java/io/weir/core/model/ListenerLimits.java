package io.weir.core.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How much a listener takes on, over all event loops of this node (CLB-45, NLB-10).
 *
 * @param maxConnections of clients at once; empty is bounded by descriptors only
 * @param resumeAt once {@code maxConnections} were open, none is taken until so few are (KA-18); empty: one less than the most
 * @param connectionsPerSecond that are taken on average, a second's worth of them at once
 * @param perSource what one client may have
 * @param bandwidth bits a second in each direction (CLB-44)
 */
public record ListenerLimits(OptionalInt maxConnections, OptionalInt resumeAt, OptionalInt connectionsPerSecond,
        Optional<PerSource> perSource, OptionalLong bandwidth) {
    public static final int MAX_CONNECTIONS_PER_SECOND = 1_000_000;
    public static final long MIN_BANDWIDTH = 1_000_000;
    public static final long MAX_BANDWIDTH = 1_000_000_000_000L;
    public static final ListenerLimits NONE = new ListenerLimits(OptionalInt.empty());

    public ListenerLimits {
        if (connectionsPerSecond.isPresent()
                && (connectionsPerSecond.getAsInt() < 1 || connectionsPerSecond.getAsInt() > MAX_CONNECTIONS_PER_SECOND)) {
            throw new IllegalArgumentException(
                    "connectionsPerSecond is " + connectionsPerSecond.getAsInt() + ", want 1.." + MAX_CONNECTIONS_PER_SECOND);
        }
        if (bandwidth.isPresent() && (bandwidth.getAsLong() < MIN_BANDWIDTH || bandwidth.getAsLong() > MAX_BANDWIDTH)) {
            throw new IllegalArgumentException("bandwidth is " + bandwidth.getAsLong() + ", want " + MIN_BANDWIDTH + ".." + MAX_BANDWIDTH);
        }
        if (resumeAt.isPresent() && (maxConnections.isEmpty() || resumeAt.getAsInt() >= maxConnections.getAsInt())) {
            throw new IllegalArgumentException("resumeAt is " + resumeAt.getAsInt() + ", want less than maxConnections");
        }
    }

    /** With no limit but that of connections at once. */
    public ListenerLimits(OptionalInt maxConnections) {
        this(maxConnections, OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), OptionalLong.empty());
    }

    /** Without a bandwidth. */
    public ListenerLimits(OptionalInt maxConnections, OptionalInt resumeAt, OptionalInt connectionsPerSecond, OptionalInt perSource) {
        this(maxConnections, resumeAt, connectionsPerSecond,
                perSource.isPresent() ? Optional.of(new PerSource(perSource.getAsInt())) : Optional.empty(), OptionalLong.empty());
    }

    public ListenerLimits withPerSource(PerSource wanted) {
        return new ListenerLimits(maxConnections, resumeAt, connectionsPerSecond, Optional.of(wanted), bandwidth);
    }

    public ListenerLimits withBandwidth(long bitsPerSecond) {
        return new ListenerLimits(maxConnections, resumeAt, connectionsPerSecond, perSource, OptionalLong.of(bitsPerSecond));
    }
}
