package io.weir.core.health;

import io.weir.core.health.BackendStatus.By;
import io.weir.core.model.AdminState;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.OutlierDetection;
import io.weir.core.model.Pool;
import java.time.Duration;
import java.util.Optional;

/**
 * One backend's state: its fitness, and over it what its operator wants. A value: each event answers with the next one, or with itself if
 * nothing changed.
 *
 * <p>Fitness goes on under a drain, so that a member that is enabled again returns as what it is by then. A disabled member is not probed
 * and starts anew.
 *
 * @param status what users see
 * @param warmUp present while the status is WARMING
 */
record BackendHealth(Fitness fitness, AdminState admin, BackendStatus status, Optional<WarmUp> warmUp) {

    /** A backend that nothing is known of. */
    static BackendHealth first(Optional<HealthCheck> check, AdminState admin, Moment now) {
        Fitness fitness = Fitness.first(check);
        return new BackendHealth(fitness, admin, switch (admin) {
            case ENABLED -> statusOf(fitness, now);
            case DRAIN, DISABLED -> withdrawn(admin, now);
        }, Optional.empty());
    }

    /** A backend that another process knew at {@code then}. */
    static BackendHealth of(KnownMember known, Optional<HealthCheck> check, Moment then) {
        Optional<WarmUp> warmUp = known.warmingFor()
            .map(warming -> new WarmUp(then.nanos() - warming.passed().toNanos(), warming.length()));
        KnownMember.Verdict seen = known.status();
        var status = BackendStatus.of(seen.state(), seen.reason(), known.since(), seen.by()).wanting(known.scriptWeight());
        return new BackendHealth(Fitness.of(known, check, then), known.admin(),
                warmUp.map(lasting -> status.warmed(lasting.percent(then))).orElse(status), warmUp);
    }

    /** The settings for it, which may be the same as before. */
    BackendHealth configured(Pool pool, AdminState wanted, Moment now) {
        return configured(pool.healthCheck(), wanted, now).warmingFor(pool.slowStart(), now);
    }

    private BackendHealth configured(Optional<HealthCheck> check, AdminState wanted, Moment now) {
        boolean returns = admin == AdminState.DISABLED && wanted != AdminState.DISABLED;
        Fitness known = returns ? Fitness.first(check) : fitness.under(check);
        if (wanted == admin) {
            return with(known, now);
        }
        return new BackendHealth(known, wanted, switch (wanted) {
            case ENABLED -> statusOf(known, Reason.enabled(known.reason()), By.OPERATOR, now);
            case DRAIN, DISABLED -> withdrawn(wanted, now);
        }, Optional.empty());
    }

    BackendHealth afterProbe(ProbeOutcome outcome, Moment now) {
        return admin == AdminState.DISABLED ? this : with(fitness.afterProbe(outcome, now), now);
    }

    /** Traffic cannot reach it. */
    BackendHealth ejected(Reason why, OutlierDetection rules, Moment now) {
        return with(fitness.ejected(why, rules, now), now);
    }

    /** Back from its ejection, if it was ejected. */
    BackendHealth readmitted(Reason why, Moment now) {
        return with(fitness.readmitted(why, now), now);
    }

    /** In service, with a weight that grows from now on. */
    BackendHealth warming(Duration length, Moment now) {
        BackendStatus cold = BackendStatus.of(BackendState.WARMING, status.reason(), now.at(), status.by());
        WarmUp begun = new WarmUp(now.nanos(), length);
        return new BackendHealth(fitness, admin, cold.wanting(status.scriptWeight()).warmed(begun.percent(now)), Optional.of(begun));
    }

    /** As warm as it is by now, if it warms up. */
    BackendHealth warmed(Moment now) {
        if (warmUp.isEmpty()) {
            return this;
        }
        WarmUp lasting = warmUp.get();
        return lasting.over(now) ? warm(Reason.warmedUp(lasting.length()), now)
                : new BackendHealth(fitness, admin, status.warmed(lasting.percent(now)), warmUp);
    }

    /** The same warm-up under another length, or its end if there is to be none. */
    private BackendHealth warmingFor(Optional<Duration> length, Moment now) {
        if (warmUp.isEmpty()) {
            return this;
        }
        return length
            .map(wanted -> new BackendHealth(fitness, admin, status, Optional.of(new WarmUp(warmUp.get().sinceNanos(), wanted))))
            .orElseGet(() -> warm(Reason.NO_SLOW_START, now));
    }

    private BackendHealth warm(Reason why, Moment now) {
        return new BackendHealth(fitness, admin, statusOf(fitness, why, fitness.by(), now), Optional.empty());
    }

    /** No connection to it is left. */
    BackendHealth connectionsGone(Moment now) {
        if (status.state() != BackendState.DRAINING) {
            return this;
        }
        return new BackendHealth(fitness, admin, BackendStatus.of(BackendState.DRAINED, Reason.CONNECTIONS_GONE, now.at(), By.TRAFFIC),
                warmUp);
    }

    /** Takes new connections, or would if nobody better were there. */
    boolean usable() {
        return status.state().live() || status.state() == BackendState.CHECKING;
    }

    private BackendHealth with(Fitness next, Moment now) {
        if (next.equals(fitness)) {
            return this;
        }
        boolean seen = admin == AdminState.ENABLED && next.state() != fitness.state();
        return seen ? new BackendHealth(next, admin, statusOf(next, now), Optional.empty())
                : new BackendHealth(next, admin, status.wanting(next.scriptWeight()), warmUp);
    }

    private static BackendStatus statusOf(Fitness fitness, Moment now) {
        return statusOf(fitness, fitness.reason(), fitness.by(), now);
    }

    private static BackendStatus statusOf(Fitness fitness, Reason reason, By by, Moment now) {
        return BackendStatus.of(fitness.state(), reason, now.at(), by).wanting(fitness.scriptWeight());
    }

    private static BackendStatus withdrawn(AdminState wanted, Moment now) {
        return wanted == AdminState.DRAIN
                ? BackendStatus.of(BackendState.DRAINING, Reason.TOLD_TO_DRAIN, now.at(), By.OPERATOR)
                : BackendStatus.of(BackendState.DISABLED, Reason.TOLD_TO_STOP, now.at(), By.OPERATOR);
    }
}
