package io.weir.core.health;

import io.weir.core.health.BackendStatus.By;
import io.weir.core.model.HealthCheck;
import java.util.Optional;

/**
 * What checks and traffic say of one member, whatever its operator wants of it. A value: each event answers with the next one.
 *
 * <p>Either may take a member out. A check takes out what traffic took out already; only an active success or the end of the ejection
 * brings it back, and a success counts only if its probe began after the ejection.
 *
 * @param state CHECKING, HEALTHY, EJECTED or UNHEALTHY
 */
record Fitness(Optional<HealthCheck> check, BackendState state, String cause, By by, ProbeStreak streak, Ejection ejection) {

    /** A member of which nothing is known. */
    static Fitness first(Optional<HealthCheck> check) {
        if (check.isEmpty()) {
            return new Fitness(check, BackendState.HEALTHY, "no health check", By.OPERATOR, ProbeStreak.NONE, Ejection.NONE);
        }
        BackendState state = switch (check.get().initial()) {
            case CHECKING -> BackendState.CHECKING;
            case HEALTHY -> BackendState.HEALTHY;
            case UNHEALTHY -> BackendState.UNHEALTHY;
        };
        return new Fitness(check, state, "no result yet", By.CHECK, ProbeStreak.NONE, Ejection.NONE);
    }

    /** The same member under new settings of its check: the verdict stands until they say otherwise, the count starts again. */
    Fitness under(Optional<HealthCheck> newCheck) {
        if (newCheck.equals(check)) {
            return this;
        }
        if (newCheck.isEmpty() || check.isEmpty()) {
            return first(newCheck);
        }
        return new Fitness(newCheck, state, cause, by, ProbeStreak.NONE, ejection);
    }

    Fitness afterProbe(ProbeOutcome outcome, Moment now) {
        if (check.isEmpty()) {
            return this;
        }
        return switch (outcome) {
            case ProbeOutcome.Success success -> afterSuccess(success, check.get(), now);
            case ProbeOutcome.Failure failure -> afterFailure(failure, check.get(), now);
            case ProbeOutcome.NotTried _ -> this;
        };
    }

    private Fitness afterSuccess(ProbeOutcome.Success success, HealthCheck settings, Moment now) {
        if (state == BackendState.EJECTED && success.startedNanos() - ejection.sinceNanos() < 0) {
            return this;
        }
        ProbeStreak next = streak.next(true);
        boolean comesIn = state == BackendState.CHECKING || (state != BackendState.HEALTHY && next.rises(settings));
        if (!comesIn) {
            return counting(next);
        }
        int seen = next.length();
        return new Fitness(check, BackendState.HEALTHY, seen + " of " + seen + " probes succeeded", By.CHECK, next, overBy(now));
    }

    private Fitness afterFailure(ProbeOutcome.Failure failure, HealthCheck settings, Moment now) {
        ProbeStreak next = streak.next(false);
        boolean goesOut = state == BackendState.CHECKING || (state != BackendState.UNHEALTHY && next.falls(settings));
        if (!goesOut) {
            return counting(next);
        }
        String story = failure.detail() + ", " + next.length() + " of " + next.length() + " failed";
        return new Fitness(check, BackendState.UNHEALTHY, story, By.CHECK, next, overBy(now));
    }

    private Fitness counting(ProbeStreak next) {
        return next.equals(streak) ? this : new Fitness(check, state, cause, by, next, ejection);
    }

    /** An ejection that lasts is over when a check decides. */
    private Ejection overBy(Moment now) {
        return state == BackendState.EJECTED ? ejection.ended(now) : ejection;
    }

    /** Takes a member out that traffic cannot reach. */
    Fitness ejected(String why, Moment now) {
        return new Fitness(check, BackendState.EJECTED, why, By.TRAFFIC, ProbeStreak.NONE, ejection.next(now));
    }

    /** Brings an ejected member back; others stay as they are. */
    Fitness readmitted(String why, Moment now) {
        if (state != BackendState.EJECTED) {
            return this;
        }
        return new Fitness(check, BackendState.HEALTHY, why, By.TRAFFIC, streak, ejection.ended(now));
    }

    /** Whether an ejection lasts whose time is over. */
    boolean ejectionOver(Moment now) {
        return state == BackendState.EJECTED && now.nanosSince(ejection.endNanos()) >= 0;
    }
}
