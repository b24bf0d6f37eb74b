package io.weir.daemon.control;

import io.weir.core.health.BackendState;
import io.weir.core.health.HealthEffect.BackendChanged;
import io.weir.core.health.HealthEffect.EjectionRefused;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What verdicts of traffic have come to since the start, by pool and word. {@code control} writes; any thread may read. */
public final class HealthCounters {
    private final Map<Count, LongAdder> ejections = new ConcurrentHashMap<>();
    private final Map<Count, LongAdder> refusals = new ConcurrentHashMap<>();
    private final Map<Count, LongAdder> readmissions = new ConcurrentHashMap<>();

    /** @param word the code of a cause, or the limit that refused */
    public record Count(String pool, String word) {}

    void count(BackendChanged change) {
        if (change.to() == BackendState.EJECTED) {
            add(ejections, change.backend().pool(), change.reason().code());
        } else if (change.from() == BackendState.EJECTED && change.to().live()) {
            add(readmissions, change.backend().pool(), change.reason().code());
        }
    }

    void count(EjectionRefused refused) {
        add(refusals, refused.backend().pool(), refused.limit().text());
    }

    private static void add(Map<Count, LongAdder> counts, String pool, String word) {
        counts.computeIfAbsent(new Count(pool, word), _ -> new LongAdder()).increment();
    }

    /** By pool and cause. */
    public Map<Count, Long> ejections() {
        return read(ejections);
    }

    /** By pool and limit; a backend counts once until its state changes. */
    public Map<Count, Long> refusals() {
        return read(refusals);
    }

    /** By pool and cause. */
    public Map<Count, Long> readmissions() {
        return read(readmissions);
    }

    private static Map<Count, Long> read(Map<Count, LongAdder> counts) {
        Map<Count, Long> now = new TreeMap<>(Comparator.comparing(Count::pool).thenComparing(Count::word));
        counts.forEach((count, adder) -> now.put(count, adder.sum()));
        return now;
    }

    void retain(Set<String> pools) {
        for (Map<Count, LongAdder> counts : List.of(ejections, refusals, readmissions)) {
            counts.keySet().removeIf(count -> !pools.contains(count.pool()));
        }
    }
}
