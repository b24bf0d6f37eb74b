package io.weir.core.health;

import java.time.Duration;

/**
 * Why a member is in its state. Any thread.
 *
 * @param code a stable word for programs, the same for the same kind of cause: {@code connect-refused}
 * @param text the whole story in a few words for people: {@code "connect refused, 2 of 2 failed"}
 */
public record Reason(String code, String text) {
    static final Reason NO_CHECK = new Reason("no-check", "no health check");
    static final Reason NO_RESULT = new Reason("no-result", "no result yet");
    static final Reason TOLD_TO_DRAIN = new Reason("drain", "told to drain");
    static final Reason TOLD_TO_STOP = new Reason("disable", "told to stop");
    static final Reason CONNECTIONS_GONE = new Reason("connections-gone", "no connection is left");
    static final Reason TIER_REFUSES = new Reason("tier-refuses", "connect refused by every member of the tier");
    static final Reason NOBODY_ELSE = new Reason("nobody-else", "nobody else is usable");

    static final Reason NEVER_MOVED = new Reason("never-moved", "traffic has not moved since the start");
    static final Reason KEPT = new Reason("kept", "traffic was here before the restart, and the return is the operator's");
    static final Reason MIN_HEALTH = new Reason("min-health", "too few are usable for ejections");
    static final Reason NO_DETECTION = new Reason("no-detection", "outlier detection is off");
    static final Reason NO_SLOW_START = new Reason("no-slow-start", "slow start is off");

    /** Whether a member with this reason is called back because the pool cannot do without it. */
    boolean emergency() {
        return equals(NOBODY_ELSE) || equals(MIN_HEALTH);
    }

    static Reason ejectionOver(Ejection ejection) {
        return new Reason("ejection-over", "ejection of " + DurationText.of(ejection.length()) + " is over");
    }

    static Reason warmedUp(Duration length) {
        return new Reason("warmed-up", "slow start of " + DurationText.of(length) + " is over");
    }

    static Reason checkPassed(int inARow) {
        return new Reason("check-passed", inARow + " of " + inARow + " probes succeeded");
    }

    static Reason checkFailed(ProbeOutcome.Failure failure, int inARow) {
        return new Reason(failure.cause().code(), failure.detail() + ", " + inARow + " of " + inARow + " failed");
    }

    static Reason inARow(EvidenceSink.ConnectFailure cause, int inARow) {
        return new Reason(codeOf(cause.text()), cause.text() + ", " + inARow + " in a row");
    }

    static Reason inARow(TrafficFailure failure, int inARow) {
        return new Reason(codeOf(failure.text()), failure.text() + ", " + inARow + " in a row");
    }

    static Reason gatewayErrors(int inARow) {
        return new Reason("consecutive-gateway-errors", inARow + " gateway errors in a row");
    }

    static Reason errors(int inARow) {
        return new Reason("consecutive-5xx", inARow + " answers 5xx or failures in a row");
    }

    static Reason enabled(Reason known) {
        return new Reason("enable", "enabled: " + known.text());
    }

    /** {@code connect-refused} of {@code "connect refused"}. */
    static String codeOf(String text) {
        return text.toLowerCase(java.util.Locale.ROOT).replace(' ', '-');
    }
}
