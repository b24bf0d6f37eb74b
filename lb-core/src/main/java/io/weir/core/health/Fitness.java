package io.weir.core.health;

import io.weir.core.health.BackendStatus.By;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.OutlierDetection;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What checks and traffic say of one member, whatever its operator wants of it. A value: each event answers with the next one.
 *
 * <p>Either may take a member out. A check takes out what traffic took out already; only an active success or the end of the ejection
 * brings it back, and a success counts only if its probe began after the ejection.
 *
 * @param state CHECKING, HEALTHY, EJECTED or UNHEALTHY
 * @param scriptWeight what the last success that spoke of weight said
 */
record Fitness(Optional<HealthCheck> check, BackendState state, Reason reason, By by, ProbeStreak streak, Ejection ejection,
        OptionalInt scriptWeight) {

    /** A member of which nothing is known. */
    static Fitness first(Optional<HealthCheck> check) {
        if (check.isEmpty()) {
            return first(check, BackendState.HEALTHY, Reason.NO_CHECK, By.OPERATOR);
        }
        BackendState state = switch (check.get().initial()) {
            case CHECKING -> BackendState.CHECKING;
            case HEALTHY -> BackendState.HEALTHY;
            case UNHEALTHY -> BackendState.UNHEALTHY;
        };
        return first(check, state, Reason.NO_RESULT, By.CHECK);
    }

    private static Fitness first(Optional<HealthCheck> check, BackendState state, Reason reason, By by) {
        return new Fitness(check, state, reason, by, ProbeStreak.NONE, Ejection.NONE, OptionalInt.empty());
    }

    /** A member that another process knew at {@code then}; a verdict of a check that there is none of any more is forgotten. */
    static Fitness of(KnownMember known, Optional<HealthCheck> check, Moment then) {
        KnownMember.Verdict verdict = known.fitness();
        boolean byCheck = verdict.state() == BackendState.CHECKING || verdict.state() == BackendState.UNHEALTHY;
        if (check.isEmpty() && byCheck) {
            return first(check);
        }
        Ejection ejection = known.ejections() == 0 ? Ejection.NONE
                : new Ejection(known.ejections(), then.nanos() - known.ejectedFor().toNanos(),
                        then.nanos() + known.ejectionLeft().toNanos());
        return new Fitness(check, verdict.state(), verdict.reason(), verdict.by(), known.streak(), ejection, known.scriptWeight());
    }

    /**
     * The same member under new settings of its check: the verdict stands until they say otherwise, the count starts again, and a weight that
     * another probe set is forgotten.
     */
    Fitness under(Optional<HealthCheck> newCheck) {
        if (newCheck.equals(check)) {
            return this;
        }
        if (newCheck.isEmpty() || check.isEmpty()) {
            return first(newCheck);
        }
        boolean sameProbe = newCheck.get().probe().equals(check.get().probe());
        return new Fitness(newCheck, state, reason, by, ProbeStreak.NONE, ejection, sameProbe ? scriptWeight : OptionalInt.empty());
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
        Fitness weighed = wanting(success.weight());
        boolean comesIn = state == BackendState.CHECKING || (state != BackendState.HEALTHY && next.rises(settings));
        return comesIn ? weighed.turned(BackendState.HEALTHY, Reason.checkPassed(next.length()), next, now) : weighed.counting(next);
    }

    /**
     * The first result ends CHECKING, unless it is silence: that may be our own cold start, and a tier that was left for it is out for a hold-down. So
     * silence counts as one failure, as it does for a member that serves.
     */
    private Fitness afterFailure(ProbeOutcome.Failure failure, HealthCheck settings, Moment now) {
        ProbeStreak next = streak.next(false);
        boolean decidesAtOnce = state == BackendState.CHECKING && !failure.cause().silence();
        boolean goesOut = decidesAtOnce || (state != BackendState.UNHEALTHY && next.falls(settings));
        return goesOut ? turned(BackendState.UNHEALTHY, Reason.checkFailed(failure, next.length()), next, now) : counting(next);
    }

    /** Its check has decided; an ejection that lasts is over by that. */
    private Fitness turned(BackendState to, Reason why, ProbeStreak next, Moment now) {
        Ejection known = state == BackendState.EJECTED ? ejection.ended(now) : ejection;
        return new Fitness(check, to, why, By.CHECK, next, known, scriptWeight);
    }

    private Fitness counting(ProbeStreak next) {
        return next.equals(streak) ? this : new Fitness(check, state, reason, by, next, ejection, scriptWeight);
    }

    /** An exit of 0 leaves the weight as it is (KA-12). */
    private Fitness wanting(OptionalInt weight) {
        return weight.isEmpty() || weight.equals(scriptWeight) ? this
                : new Fitness(check, state, reason, by, streak, ejection, weight);
    }

    /** Takes a member out that traffic cannot reach. */
    Fitness ejected(Reason why, OutlierDetection rules, Moment now) {
        return new Fitness(check, BackendState.EJECTED, why, By.TRAFFIC, ProbeStreak.NONE, ejection.next(rules, now), scriptWeight);
    }

    /** Brings an ejected member back; others stay as they are. */
    Fitness readmitted(Reason why, Moment now) {
        if (state != BackendState.EJECTED) {
            return this;
        }
        return new Fitness(check, BackendState.HEALTHY, why, By.TRAFFIC, streak, ejection.ended(now), scriptWeight);
    }

    /** Whether an ejection lasts whose time is over. */
    boolean ejectionOver(Moment now) {
        return state == BackendState.EJECTED && now.nanosSince(ejection.endNanos()) >= 0;
    }
}
