package io.weir.health.schedule;

import io.weir.core.health.ProbeStreak;
import io.weir.core.model.HealthCheck;

/** What a target is by its probes alone, as far as its pace depends on it: whether the newest result speaks against it. A value. */
record Standing(Verdict verdict, ProbeStreak streak) {

    /** What the thresholds of the check have made of the results. */
    enum Verdict {
        NONE, UP, DOWN
    }

    static Standing before(HealthCheck.Initial initial) {
        return new Standing(switch (initial) {
            case CHECKING -> Verdict.NONE;
            case HEALTHY -> Verdict.UP;
            case UNHEALTHY -> Verdict.DOWN;
        }, ProbeStreak.NONE);
    }

    /** After one more result; the first one decides alone. */
    Standing next(boolean passed, HealthCheck check) {
        ProbeStreak longer = streak.next(passed);
        if (verdict == Verdict.NONE || longer.rises(check) || longer.falls(check)) {
            return new Standing(passed ? Verdict.UP : Verdict.DOWN, longer);
        }
        return new Standing(verdict, longer);
    }

    /** The newest result speaks against the verdict: the next one is wanted sooner. */
    boolean contested() {
        return switch (verdict) {
            case NONE -> false;
            case UP -> !streak.succeeding() && streak.length() > 0;
            case DOWN -> streak.succeeding();
        };
    }
}
