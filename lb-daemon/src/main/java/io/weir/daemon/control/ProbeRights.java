package io.weir.daemon.control;

import io.weir.core.config.Problem;
import io.weir.core.config.TrafficResult;
import io.weir.core.model.Pool;
import io.weir.core.model.Probe;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds health checks that this process may not carry out, so that an edit is refused instead of never coming to a result. Any thread. */
final class ProbeRights {
    private ProbeRights() {}

    /** @param pingRefusal why this process cannot send echo requests; empty if it can */
    static List<Problem> problems(TrafficResult.Accepted accepted, Supplier<Optional<String>> pingRefusal) {
        List<Pool> pinged = accepted.configuration()
            .pools()
            .values()
            .stream()
            .filter(pool -> pool.healthCheck().filter(check -> check.probe() instanceof Probe.Icmp).isPresent())
            .toList();
        if (pinged.isEmpty()) {
            return List.of();
        }
        return pingRefusal.get()
            .map(refusal -> pinged.stream()
                .map(pool -> accepted.document()
                    .problem(List.of("pools", pool.name(), "healthCheck"), "type icmp", "another type: " + refusal))
                .toList())
            .orElse(List.of());
    }
}
