package io.weir.core.health;

import java.time.Duration;

/**
 * A member's time out of service on the evidence of traffic: the one that lasts, or the last one. A value.
 *
 * <p>Each ejection in a row lasts one {@link #BASE} longer than the one before, up to {@link #LONGEST}; a member that stayed in service for
 * {@link #FORGOTTEN_AFTER} starts again (ASM-01).
 *
 * @param inARow how many, this one included; 0: there was none
 */
public record Ejection(int inARow, long sinceNanos, long endNanos) {
    public static final Ejection NONE = new Ejection(0, 0, 0);
    /** This many failed connects in a row, seen by one loop, eject a member; those whose cause may be our own are no reason. */
    public static final int CONNECT_FAILURES = 5;
    public static final Duration BASE = Duration.ofSeconds(30);
    public static final Duration LONGEST = Duration.ofSeconds(300);
    public static final Duration FORGOTTEN_AFTER = LONGEST;

    /** The ejection that begins now. */
    public Ejection next(Moment now) {
        boolean again = inARow > 0 && now.nanosSince(endNanos) < FORGOTTEN_AFTER.toNanos();
        int count = again ? Math.min(inARow + 1, (int) LONGEST.dividedBy(BASE)) : 1;
        return new Ejection(count, now.nanos(), now.nanos() + BASE.multipliedBy(count).toNanos());
    }

    /** The same, over now. */
    public Ejection ended(Moment now) {
        return new Ejection(inARow, sinceNanos, now.nanos());
    }

    public Duration length() {
        return Duration.ofNanos(endNanos - sinceNanos);
    }
}
