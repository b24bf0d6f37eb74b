package io.weir.daemon.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.weir.daemon.certificate.CertificateStatus;
import io.weir.daemon.control.DoorStatus;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Measures handshakes and certificates when Prometheus asks. Called on the threads of requests. */
public record TlsCollector(Supplier<Map<String, DoorStatus>> doors, Supplier<List<CertificateStatus>> certificates)
        implements
            MultiCollector {

    @Override
    public MetricSnapshots collect() {
        var handshakes = CounterSnapshot.builder().name("weir_tls_handshakes").help("Handshakes of clients by their outcome");
        doors.get()
            .forEach((listener, door) -> door.handshakes()
                .forEach((outcome, count) -> {
                    if (count > 0) {
                        handshakes.dataPoint(CounterDataPointSnapshot.builder()
                            .labels(Labels.of("listener", listener, "outcome", outcome))
                            .value(count)
                            .build());
                    }
                }));
        var expiry = GaugeSnapshot.builder()
            .name("weir_certificate_not_after_seconds")
            .help("When the certificate's chain ends, in seconds since 1970");
        var usable = GaugeSnapshot.builder()
            .name("weir_certificate_usable")
            .help("1 while the certificate's files as they are now can be used");
        for (CertificateStatus status : certificates.get()) {
            Labels labels = Labels.of("certificate", status.name());
            status.loaded()
                .ifPresent(loaded -> expiry
                    .dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value((double) loaded.notAfter().getEpochSecond()).build()));
            usable.dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(status.cause().isEmpty() ? 1 : 0).build());
        }
        return new MetricSnapshots(handshakes.build(), expiry.build(), usable.build());
    }
}
