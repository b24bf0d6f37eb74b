package io.weir.core.health;

import io.weir.core.model.OutlierDetection;
import java.time.Duration;

/**
 * A member's time out of service on the evidence of traffic: the one that lasts, or the last one. A value.
 *
 * <p>Each ejection in a row is longer than the one before, by the pool's {@link OutlierDetection.Backoff}, up to the longest that the pool
 * allows; a member that stayed in service for as long as that starts again (ASM-01).
 *
 * @param inARow how many, this one included; 0: there was none
 */
public record Ejection(int inARow, long sinceNanos, long endNanos) {
    public static final Ejection NONE = new Ejection(0, 0, 0);
    /** Doubling more often reaches the longest ejection from the shortest base. */
    private static final int MAX_DOUBLINGS = 30;

    /** The ejection that begins now. */
    public Ejection next(OutlierDetection rules, Moment now) {
        boolean again = inARow > 0 && now.nanosSince(endNanos) < rules.maxEjection().toNanos();
        boolean grows = again && length(rules, inARow).compareTo(rules.maxEjection()) < 0;
        int count = grows ? inARow + 1 : again ? inARow : 1;
        return new Ejection(count, now.nanos(), now.nanos() + length(rules, count).toNanos());
    }

    private static Duration length(OutlierDetection rules, int count) {
        Duration wanted = switch (rules.backoff()) {
            case LINEAR -> rules.baseEjection().multipliedBy(count);
            case EXPONENTIAL -> rules.baseEjection().multipliedBy(1L << Math.min(count - 1, MAX_DOUBLINGS));
        };
        return wanted.compareTo(rules.maxEjection()) < 0 ? wanted : rules.maxEjection();
    }

    /** The same, over now. */
    public Ejection ended(Moment now) {
        return new Ejection(inARow, sinceNanos, now.nanos());
    }

    public Duration length() {
        return Duration.ofNanos(endNanos - sinceNanos);
    }
}
