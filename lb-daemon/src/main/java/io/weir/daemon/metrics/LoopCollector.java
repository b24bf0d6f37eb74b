package io.weir.daemon.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.weir.net.EventLoops;
import io.weir.net.Loop;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Measures the loops that carry traffic when Prometheus asks. Called on the threads of requests.
 *
 * @param heldBytes what a loop's HTTP connections hold for slow peers
 */
public record LoopCollector(EventLoops loops, ToLongFunction<Loop> heldBytes) implements MultiCollector {
    private static final double NANOS = 1e9;

    @Override
    public MetricSnapshots collect() {
        return new MetricSnapshots(
                count("weir_loop_late_seconds", "Time by which the loop came round too late to its timer",
                        loop -> loop.load().lateNanos().get() / NANOS),
                gauge("weir_loop_overloaded", "1 while the loop does not keep up and turns new connections away",
                        loop -> loop.load().isOverloaded() ? 1 : 0),
                shed(),
                gauge("weir_loop_held_bytes", "Bytes that HTTP connections hold for slow peers", heldBytes::applyAsLong),
                gauge("weir_loop_pipes", "Pipes for splicing that are open", loop -> loop.pipeCounts().open().get()),
                gauge("weir_loop_pipes_used", "Pipes that hold bytes for a slow receiver", loop -> loop.pipeCounts().inUse().get()),
                count("weir_loop_pipe_shortages", "Times that bulk was copied because there was no pipe for it",
                        loop -> loop.pipeCounts().shortages().get()));
    }

    private CounterSnapshot shed() {
        var family = CounterSnapshot.builder()
            .name("weir_loop_connections_shed")
            .help("New connections and flows turned away because the loop did not keep up (time) or memory ran out (memory)");
        loops.traffic().forEach(loop -> {
            family.dataPoint(shed(loop, "time", (double) loop.load().shedForTime()));
            family.dataPoint(shed(loop, "memory", (double) loop.load().shedForMemory()));
        });
        return family.build();
    }

    private static CounterDataPointSnapshot shed(Loop loop, String reason, double count) {
        return CounterDataPointSnapshot.builder().labels(labels(loop).merge(Labels.of("reason", reason))).value(count).build();
    }

    private GaugeSnapshot gauge(String name, String help, ToDoubleFunction<Loop> value) {
        var family = GaugeSnapshot.builder().name(name).help(help);
        loops.traffic()
            .forEach(loop -> family.dataPoint(
                    GaugeDataPointSnapshot.builder().labels(labels(loop)).value(value.applyAsDouble(loop)).build()));
        return family.build();
    }

    private CounterSnapshot count(String name, String help, ToDoubleFunction<Loop> value) {
        var family = CounterSnapshot.builder().name(name).help(help);
        loops.traffic()
            .forEach(loop -> family.dataPoint(
                    CounterDataPointSnapshot.builder().labels(labels(loop)).value(value.applyAsDouble(loop)).build()));
        return family.build();
    }

    private static Labels labels(Loop loop) {
        return Labels.of("loop", loop.name());
    }
}
