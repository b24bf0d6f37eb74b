package io.weir.daemon.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.core.snapshot.SnapshotPublisher;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The registry behind {@code /metrics}. Any thread but event loops. What comes and goes with the configuration is collected from the
 * snapshot at each scrape, see {@link TrafficCollector}; what stands for the life of the process is registered here.
 */
public final class Metrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry;
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

    public Metrics(SnapshotPublisher publisher, MultiCollector... collectors) {
        var prometheus = new PrometheusRegistry();
        List.of(collectors).forEach(prometheus::register);
        registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, io.micrometer.core.instrument.Clock.SYSTEM);
        Gauge.builder("weir.configuration.revision", publisher, p -> p.current().revision())
            .description("Revision in force")
            .register(registry);
        Gauge.builder("weir.snapshot.generation", publisher, p -> p.current().generation())
            .description("Counts up with every change of configuration or membership")
            .register(registry);
        jvm();
    }

    private void jvm() {
        new JvmMemoryMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** Tells how much a bounded queue has dropped. */
    public void dropped(String queue, LongSupplier count) {
        FunctionCounter.builder("weir.dropped", count, LongSupplier::getAsLong)
            .description("What did not fit into a bounded queue")
            .tags(List.of(Tag.of("queue", queue)))
            .register(registry);
    }

    /** The text for Prometheus. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }
}
