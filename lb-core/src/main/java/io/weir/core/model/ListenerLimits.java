package io.weir.core.model;

import java.util.OptionalInt;

/**
 * How much a listener takes on.
 *
 * @param maxConnections of clients at once over all event loops of this node; empty is bounded by descriptors only (CLB-31)
 */
public record ListenerLimits(OptionalInt maxConnections) {
    public static final ListenerLimits NONE = new ListenerLimits(OptionalInt.empty());
}
