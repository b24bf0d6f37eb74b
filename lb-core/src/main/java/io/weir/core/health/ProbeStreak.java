package io.weir.core.health;

import io.weir.core.model.HealthCheck;

/**
 * What the newest probes of a member agree on, and how many of them. A value.
 *
 * @param length counted up to the largest threshold that a check can have; 0 before the first result
 */
public record ProbeStreak(boolean succeeding, int length) {
    public static final ProbeStreak NONE = new ProbeStreak(false, 0);

    /** The streak after one more result; one that disagrees starts the count again. */
    public ProbeStreak next(boolean success) {
        if (success != succeeding) {
            return new ProbeStreak(success, 1);
        }
        return length < HealthCheck.MAX_THRESHOLD ? new ProbeStreak(success, length + 1) : this;
    }

    /** Enough successes in a row to bring a member in. */
    public boolean rises(HealthCheck check) {
        return succeeding && length >= check.healthy();
    }

    /** Enough failures in a row to take a member out. */
    public boolean falls(HealthCheck check) {
        return !succeeding && length >= check.unhealthy();
    }
}
