package io.weir.daemon.control;

import io.weir.core.health.BackendKey;
import io.weir.core.health.Moment;
import io.weir.core.health.ProbeOutcome;
import io.weir.core.model.Configuration;
import io.weir.core.model.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How the newest probe of each configured backend ended. Written by {@code control}; any thread may ask. It stands beside the snapshot and not in
 * it: a probe that changes nothing publishes nothing.
 */
public final class LastProbes {
    private final Map<BackendKey, LastProbe> probeByBackend = new ConcurrentHashMap<>();
    private Map<String, Pool> pools = Map.of();

    /**
     * One result.
     *
     * @param at when it was known
     * @param tried false: something that the probe needs is missing on this node, and nothing was learnt of the backend
     * @param inARow how many ended that way without another between, this one included (TEN-03)
     * @param detail why it failed: {@code "status 500, want 2xx"}; {@code "passed"} if it did not
     * @param latency from its beginning to its result
     */
    public record LastProbe(Instant at, boolean ok, boolean tried, long inARow, String detail, Duration latency) {}

    /** Empty for a backend that was not probed yet. */
    public Optional<LastProbe> of(BackendKey backend) {
        return Optional.ofNullable(probeByBackend.get(backend));
    }

    void retain(Configuration configuration) {
        pools = configuration.pools();
        probeByBackend.keySet().removeIf(backend -> !configured(backend));
    }

    private boolean configured(BackendKey backend) {
        Pool pool = pools.get(backend.pool());
        return pool != null && pool.backends().containsKey(backend.backend());
    }

    void note(BackendKey backend, ProbeOutcome outcome, Moment now) {
        if (!configured(backend)) {
            return;
        }
        switch (outcome) {
            case ProbeOutcome.Success(_, var latency, _) ->
                probeByBackend.put(backend, new LastProbe(now.at(), true, true, inARow(backend, true, true), "passed", latency));
            case ProbeOutcome.Failure(long startedNanos, _, var detail) -> probeByBackend.put(backend,
                    new LastProbe(now.at(), false, true, inARow(backend, false, true), detail,
                            Duration.ofNanos(now.nanosSince(startedNanos))));
            case ProbeOutcome.NotTried(long startedNanos, var detail) -> probeByBackend.put(backend,
                    new LastProbe(now.at(), false, false, inARow(backend, false, false), "not tried: " + detail,
                            Duration.ofNanos(now.nanosSince(startedNanos))));
        }
    }

    private long inARow(BackendKey backend, boolean ok, boolean tried) {
        LastProbe before = probeByBackend.get(backend);
        return before != null && before.ok() == ok && before.tried() == tried ? before.inARow() + 1 : 1;
    }
}
