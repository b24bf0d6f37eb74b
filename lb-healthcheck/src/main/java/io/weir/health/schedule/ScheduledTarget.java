package io.weir.health.schedule;

import io.weir.core.model.HealthCheck;
import io.weir.health.probe.ProbeTarget;
import io.weir.health.probe.Prober;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One target's place in the schedule. Confined to the probe loop. */
final class ScheduledTarget {
    /** The first result ends {@code checking}: it does not wait for a long interval. */
    private static final long FIRST_WITHIN_NANOS = Duration.ofSeconds(1).toNanos();

    final ProbeTarget target;
    Phase phase = Phase.ARMED;
    long dueNanos;
    LoopTimer.@Nullable Alarm alarm;
    Prober.@Nullable Running running;
    /** A probe was asked for while one ran. */
    boolean again;
    private final double share;
    private boolean first = true;

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
    }

    /** To the first probe: a random share of the interval, but soon. */
    long firstDelayNanos() {
        return (long) (share * Math.min(intervalNanos(), FIRST_WITHIN_NANOS));
    }

    /**
     * From the end of one probe to the start of the next: the interval, so that the windows of CLB's formula hold for slow answers too. Only
     * the second probe comes sooner where the interval is long: the first ones, pressed into a second, are spread by it over the interval.
     */
    long nextDelayNanos() {
        boolean spread = first && intervalNanos() > FIRST_WITHIN_NANOS;
        first = false;
        return spread ? Math.max(HealthCheck.MIN_INTERVAL.toNanos(), (long) (share * intervalNanos())) : intervalNanos();
    }

    private long intervalNanos() {
        return target.check().interval().toNanos();
    }
}
