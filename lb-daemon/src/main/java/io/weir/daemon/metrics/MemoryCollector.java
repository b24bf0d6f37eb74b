package io.weir.daemon.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.weir.daemon.overload.Usage;
import java.util.List;
import java.util.function.Supplier;

/** Measures the memory that new connections are shed for, when Prometheus asks. Called on the threads of requests. */
public record MemoryCollector(Supplier<List<Usage>> usages) implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        var family = GaugeSnapshot.builder()
            .name("weir_memory_used_ratio")
            .help("Part of it that is in use, of that for which new connections are shed");
        usages.get()
            .forEach(usage -> family.dataPoint(
                    GaugeDataPointSnapshot.builder().labels(Labels.of("memory", usage.what())).value(usage.share()).build()));
        return new MetricSnapshots(family.build());
    }
}
