package io.weir.health.schedule;

import io.weir.core.health.ProbeOutcome;
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

    Standing afterSuccess(HealthCheck check) {
        return next(true, true, check);
    }

    Standing afterFailure(ProbeOutcome.Cause cause, HealthCheck check) {
        return next(false, !cause.silence(), check);
    }

    /** After one more result; the first one decides alone unless it is silence. */
    private Standing next(boolean passed, boolean plain, HealthCheck check) {
        ProbeStreak longer = streak.next(passed);
        if ((verdict == Verdict.NONE && plain) || longer.rises(check) || longer.falls(check)) {
            return new Standing(passed ? Verdict.UP : Verdict.DOWN, longer);
        }
        return new Standing(verdict, longer);
    }

    /** The newest result speaks against the verdict: the next one is wanted sooner. */
    boolean contested() {
        return switch (verdict) {
            case NONE -> streak.length() > 0;
            case UP -> !streak.succeeding() && streak.length() > 0;
            case DOWN -> streak.succeeding();
        };
    }
}
