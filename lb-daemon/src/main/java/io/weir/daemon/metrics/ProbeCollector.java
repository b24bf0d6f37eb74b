package io.weir.daemon.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.weir.health.schedule.ProbeCounters;
import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;

/** Measures the health probes when Prometheus asks. Called on the threads of requests. */
public record ProbeCollector(ProbeCounters counters) implements MultiCollector {
    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    @Override
    public MetricSnapshots collect() {
        return new MetricSnapshots(ended(), waited(), late());
    }

    private CounterSnapshot ended() {
        var family = CounterSnapshot.builder().name("weir_probes").help("Health probes that have ended, by type and result");
        counters.ended()
            .forEach((kind, count) -> family.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of("type", kind.type(), "result", kind.result().text()))
                .value(count)
                .build()));
        return family.build();
    }

    private CounterSnapshot waited() {
        return CounterSnapshot.builder()
            .name("weir_probes_waited")
            .help("Health probes that began late because as many as may be open at once were open")
            .dataPoint(CounterDataPointSnapshot.builder().value((double) counters.waited()).build())
            .build();
    }

    private HistogramSnapshot late() {
        double[] bounds = DoubleStream.concat(ProbeCounters.LATE_BOUNDS.stream().mapToDouble(bound -> bound.toNanos() / NANOS),
                DoubleStream.of(Double.POSITIVE_INFINITY))
            .toArray();
        List<Long> cells = counters.lateCells();
        return HistogramSnapshot.builder()
            .name("weir_probe_late_seconds")
            .help("How long after its time a health probe began")
            .dataPoint(HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, cells.toArray(Long[]::new)))
                .sum(counters.lateNanos() / NANOS)
                .build())
            .build();
    }
}
