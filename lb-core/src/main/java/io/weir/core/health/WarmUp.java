package io.weir.core.health;

import java.time.Duration;

/**
 * A member's growth to its full weight, linear in time from {@value BackendStatus#COLD} % (ALB-14, ASM-18). A value.
 *
 * @param length above 0
 */
record WarmUp(long sinceNanos, Duration length) {
    /** Weights follow the ramp in this many steps, for each of them makes a snapshot. */
    private static final int STEPS = 20;

    /** The time from one step to the next. */
    static Duration step(Duration length) {
        return length.dividedBy(STEPS);
    }

    /** How much of the weight counts now, in percent. */
    int percent(Moment now) {
        long passed = Math.clamp(now.nanosSince(sinceNanos), 0, length.toNanos());
        return BackendStatus.COLD + (int) ((BackendStatus.WARM - BackendStatus.COLD) * passed / length.toNanos());
    }

    long endNanos() {
        return sinceNanos + length.toNanos();
    }

    boolean over(Moment now) {
        return now.nanosSince(endNanos()) >= 0;
    }
}
