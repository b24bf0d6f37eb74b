package io.weir.daemon.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.weir.core.affinity.AffinityTable;
import io.weir.core.snapshot.AffinityCounters;
import io.weir.daemon.control.AffinityDesk;
import java.util.List;
import java.util.function.Function;

/**
 * Measures affinity tables when Prometheus asks. Called on the threads of requests.
 *
 * @param picks of a pool, one a loop
 */
public record AffinityCollector(AffinityDesk desk, Function<String, List<AffinityCounters>> picks) implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        var entries = GaugeSnapshot.builder().name("weir_affinity_entries").help("Sources that stay at the backend");
        var removed = CounterSnapshot.builder().name("weir_affinity_removed").help("Entries that timed out, or that a full table forgot");
        var picked = CounterSnapshot.builder()
            .name("weir_affinity_picks")
            .help("Picks whose source was not known, went where it stayed, or had to move");
        for (AffinityTable table : desk.tables().all()) {
            Labels pool = Labels.of("pool", table.pool());
            desk.entries(table)
                .forEach((backend, count) -> entries.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(pool.merge(Labels.of("backend", backend.backend())))
                    .value(count)
                    .build()));
            add(removed, pool, "reason", "expired", table.expired());
            add(removed, pool, "reason", "full", table.evicted());
            List<AffinityCounters> byLoop = picks.apply(table.pool());
            add(picked, pool, "result", "unknown", byLoop.stream().mapToLong(AffinityCounters::unknown).sum());
            add(picked, pool, "result", "stayed", byLoop.stream().mapToLong(AffinityCounters::stayed).sum());
            add(picked, pool, "result", "moved", byLoop.stream().mapToLong(AffinityCounters::moved).sum());
        }
        return new MetricSnapshots(entries.build(), removed.build(), picked.build());
    }

    private static void add(CounterSnapshot.Builder family, Labels pool, String label, String word, long count) {
        family.dataPoint(CounterDataPointSnapshot.builder().labels(pool.merge(Labels.of(label, word))).value((double) count).build());
    }
}
