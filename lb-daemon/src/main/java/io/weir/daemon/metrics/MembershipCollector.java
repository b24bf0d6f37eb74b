package io.weir.daemon.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.weir.daemon.control.SourceStatus;
import io.weir.daemon.webhook.WebhookStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Measures sources of members and webhooks when Prometheus asks. Called on the threads of requests. */
public record MembershipCollector(Supplier<Map<String, SourceStatus>> sources,
        Supplier<List<WebhookStatus>> webhooks) implements MultiCollector {

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> families = new ArrayList<>();
        Map<String, SourceStatus> now = sources.get();
        families.add(source("weir_source_state", "1 for the state that the pool's source of members is in", now, true, _ -> 1));
        families.add(source("weir_source_members", "Members that the source gives the pool", now, false, SourceStatus::members));
        families.add(source("weir_source_members_dropped", "Members beyond the bound that are left out", now, false,
                SourceStatus::dropped));
        families.add(source("weir_source_members_shadowed", "Members left out for a backend of the configuration", now, false,
                SourceStatus::shadowed));
        webhooks(families);
        return new MetricSnapshots(families);
    }

    private static MetricSnapshot source(String name, String help, Map<String, SourceStatus> statuses, boolean withState,
            ToDoubleFunction<SourceStatus> value) {
        var family = GaugeSnapshot.builder().name(name).help(help);
        statuses.forEach((pool, status) -> {
            Labels labels = Labels.of("pool", pool, "source", status.kind());
            family.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(withState ? labels.merge(Labels.of("state", status.state().text())) : labels)
                .value(value.applyAsDouble(status))
                .build());
        });
        return family.build();
    }

    private void webhooks(List<MetricSnapshot> families) {
        List<WebhookStatus> now = webhooks.get();
        var events = CounterSnapshot.builder()
            .name("weir_webhook_events")
            .help("Events for a webhook by what became of them: delivered, failed after all attempts, dropped from a full queue");
        var retries = CounterSnapshot.builder().name("weir_webhook_retries").help("Attempts after the first of an event");
        var waiting = GaugeSnapshot.builder().name("weir_webhook_waiting").help("Events that are not delivered yet");
        now.forEach(status -> {
            Labels labels = Labels.of("webhook", status.name());
            outcome(events, labels, "delivered", status.delivered());
            outcome(events, labels, "failed", status.failed());
            outcome(events, labels, "dropped", status.dropped());
            retries.dataPoint(CounterDataPointSnapshot.builder().labels(labels).value((double) status.retries()).build());
            waiting.dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(status.waiting()).build());
        });
        families.add(events.build());
        families.add(retries.build());
        families.add(waiting.build());
    }

    private static void outcome(CounterSnapshot.Builder family, Labels labels, String outcome, long count) {
        family.dataPoint(
                CounterDataPointSnapshot.builder().labels(labels.merge(Labels.of("outcome", outcome))).value((double) count).build());
    }
}
