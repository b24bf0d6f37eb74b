package io.weir.health.schedule;

import io.weir.core.health.BackendKey;
import io.weir.core.health.ProbeOutcome;
import io.weir.core.model.HealthCheck;
import io.weir.health.probe.ProbeTarget;
import io.weir.health.probe.Prober;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One target's place in the schedule. Confined to the probe loop. */
final class ScheduledTarget {
    /** The first result ends {@code checking}: it does not wait for a long interval. */
    private static final long FIRST_WITHIN_NANOS = Duration.ofSeconds(1).toNanos();

    final ProbeTarget target;
    /** Whom its outcomes concern; replaced whole. */
    List<BackendKey> backends = List.of();
    Phase phase = Phase.ARMED;
    long dueNanos;
    LoopTimer.@Nullable Alarm alarm;
    Prober.@Nullable Running running;
    /** A probe was asked for while one ran. */
    boolean again;
    private final double share;
    private boolean first = true;
    private Standing standing;

    /** Where the target is. */
    enum Phase {
        /** Waits for its time. */
        ARMED,
        /** Waits for its turn: as many sockets as may be are open. */
        WAITING, RUNNING, REMOVED
    }

    ScheduledTarget(ProbeTarget target, RandomGenerator random) {
        this.target = target;
        this.share = random.nextDouble();
        this.standing = Standing.before(target.check().initial());
    }

    /** To the first probe: a random share of the interval, but soon. */
    long firstDelayNanos() {
        return (long) (share * Math.min(intervalNanos(), FIRST_WITHIN_NANOS));
    }

    void note(ProbeOutcome outcome) {
        standing = switch (outcome) {
            case ProbeOutcome.Success _ -> standing.afterSuccess(target.check());
            case ProbeOutcome.Failure failure -> standing.afterFailure(failure.cause(), target.check());
            case ProbeOutcome.NotTried _ -> standing;
        };
    }

    /**
     * From the end of one probe to the start of the next: the interval, so that the windows of CLB's formula hold for slow answers too, or
     * the fast interval while a verdict is in doubt. Only the second probe comes sooner where the interval is long: the first ones, pressed
     * into a second, are spread by it over the interval.
     */
    long nextDelayNanos() {
        long usual = standing.contested() ? target.check().fastInterval().toNanos() : intervalNanos();
        boolean spread = first && intervalNanos() > FIRST_WITHIN_NANOS;
        first = false;
        return spread ? Math.min(usual, Math.max(HealthCheck.MIN_INTERVAL.toNanos(), (long) (share * intervalNanos()))) : usual;
    }

    private long intervalNanos() {
        return target.check().interval().toNanos();
    }
}
