package io.weir.core.model;

import java.time.Duration;

/**
 * When a pool's traffic leaves its primary zones and when it returns. It leaves when no primary member is usable, and returns by itself
 * once one has been usable for {@code holdDown} without a break.
 */
public record Failover(Duration holdDown) {
    public static final Duration DEFAULT_HOLD_DOWN = Duration.ofSeconds(30);
    public static final Duration MAX_HOLD_DOWN = Duration.ofHours(1);
    public static final Failover DEFAULT = new Failover(DEFAULT_HOLD_DOWN);

    public Failover {
        if (holdDown.isNegative() || holdDown.compareTo(MAX_HOLD_DOWN) > 0) {
            throw new IllegalArgumentException("holdDown is " + holdDown + ", want 0s..1h");
        }
    }
}
