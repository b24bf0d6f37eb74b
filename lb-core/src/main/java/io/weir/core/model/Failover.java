package io.weir.core.model;

import java.time.Duration;
import java.util.Optional;

/**
 * When a pool's traffic leaves its primary zones and when it returns (CLB-06).
 *
 * @param holdDown how long the primary tier must have been good without a break before traffic returns, 0s..1h
 * @param spill true: what the primary tier cannot carry goes to the backup tier; false: all traffic is in one tier
 * @param pin the tier that the operator holds the traffic in while anybody there is usable; empty: none
 */
public record Failover(When when, Duration holdDown, Failback failback, boolean spill, Optional<Tier> pin) {
    public static final Duration DEFAULT_HOLD_DOWN = Duration.ofSeconds(30);
    public static final Duration MAX_HOLD_DOWN = Duration.ofHours(1);
    public static final Failover DEFAULT = after(DEFAULT_HOLD_DOWN);

    public Failover {
        if (holdDown.isNegative() || holdDown.compareTo(MAX_HOLD_DOWN) > 0) {
            throw new IllegalArgumentException("holdDown is " + holdDown + ", want 0s..1h");
        }
    }

    /** The defaults with another hold-down. */
    public static Failover after(Duration holdDown) {
        return new Failover(new When.NoneHealthy(), holdDown, Failback.AUTOMATIC, false, Optional.empty());
    }

    /** What makes the primary tier unable to carry the traffic. */
    public sealed interface When {
        /** No primary member is usable. */
        record NoneHealthy() implements When {}

        /** The usable share of the primary tier's weight is below {@code share}, 1%..100%. */
        record Below(Percent share) implements When {
            public Below {
                if (share.value() < 1 || share.value() > 100) {
                    throw new IllegalArgumentException("below is " + share + ", want 1%..100%");
                }
            }
        }
    }

    /** Who brings the traffic home. */
    public enum Failback {
        /** Weir, after the hold-down. */
        AUTOMATIC,
        /** The operator, with {@code weir zone failback}. */
        MANUAL
    }
}
