package io.weir.core.health;

import io.weir.core.model.OutlierDetection;
import java.util.Optional;

/** Why traffic may not take out one more member: ejections protect a pool, they must not be what brings it down. */
public enum EjectionLimit {
    /** It is the last usable one of all tiers. */
    LAST_MEMBER("last-member"),
    /** As many as {@code maxEjectedPercent} allows are out already; one always may be (as Envoy does). */
    MAX_EJECTED("max-ejected"),
    /** Fewer than {@code minHealthPercent} would be left (ASM-03). */
    MIN_HEALTH("min-health");

    private final String text;

    EjectionLimit(String text) {
        this.text = text;
    }

    /** As users see it: {@code max-ejected}. */
    public String text() {
        return text;
    }

    /**
     * What forbids an ejection.
     *
     * @param members that the operator wants in
     * @param usableLeft how many would be usable without the one in question
     * @param ejected how many of {@code members} are out by the verdict of traffic
     */
    static Optional<EjectionLimit> against(OutlierDetection rules, int members, int usableLeft, int ejected) {
        if (usableLeft == 0) {
            return Optional.of(LAST_MEMBER);
        }
        if (ejected > 0 && 100L * (ejected + 1) > (long) rules.maxEjectedPercent().value() * members) {
            return Optional.of(MAX_EJECTED);
        }
        return tooFew(rules, members, usableLeft) ? Optional.of(MIN_HEALTH) : Optional.empty();
    }

    /** Whether so few are usable that verdicts of traffic are to be ignored. */
    static boolean tooFew(OutlierDetection rules, int members, int usable) {
        return 100L * usable < (long) rules.minHealthPercent().value() * members;
    }
}
