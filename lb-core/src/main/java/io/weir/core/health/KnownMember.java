package io.weir.core.health;

import io.weir.core.health.BackendStatus.By;
import io.weir.core.model.AdminState;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one process knows of a member, for another one that goes on with it. Clocks of processes are not compared: times are spans up to
 * the moment at which it was written down. A value.
 *
 * @param fitness what checks and traffic say
 * @param ejections in a row, the last one included; 0: there was none
 * @param ejectedFor since the last ejection began
 * @param ejectionLeft until it ends; negative: it ended so long ago
 * @param status what users see
 * @param warmingFor present while it warms up
 */
public record KnownMember(String backend, InetSocketAddress address, Verdict fitness, ProbeStreak streak, int ejections,
        Duration ejectedFor, Duration ejectionLeft, OptionalInt scriptWeight, AdminState admin, Verdict status,
        Instant since, Optional<WarmingFor> warmingFor) {

    /** A state, with why and by whom. */
    public record Verdict(BackendState state, Reason reason, By by) {}

    /** A warm-up that is under way. */
    public record WarmingFor(Duration passed, Duration length) {}

    static KnownMember of(String backend, InetSocketAddress address, BackendHealth health, Moment now) {
        Fitness fitness = health.fitness();
        Ejection ejection = fitness.ejection();
        BackendStatus status = health.status();
        return new KnownMember(backend, address, new Verdict(fitness.state(), fitness.reason(), fitness.by()), fitness.streak(),
                ejection.inARow(), Duration.ofNanos(now.nanosSince(ejection.sinceNanos())),
                Duration.ofNanos(-now.nanosSince(ejection.endNanos())), fitness.scriptWeight(), health.admin(),
                new Verdict(status.state(), status.reason(), status.by()), status.since(), health.warmUp()
                    .map(warmUp -> new WarmingFor(Duration.ofNanos(now.nanosSince(warmUp.sinceNanos())), warmUp.length())));
    }
}
