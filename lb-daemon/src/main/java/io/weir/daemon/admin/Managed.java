package io.weir.daemon.admin;

import io.weir.core.health.BackendKey;
import io.weir.core.model.Discovery;
import io.weir.core.model.Node;
import io.weir.core.model.Pool;
import io.weir.core.snapshot.PoolView;
import io.weir.core.snapshot.Snapshot;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.core.telemetry.EventLog;
import io.weir.daemon.certificate.CertificateStatus;
import io.weir.daemon.control.AffinityDesk;
import io.weir.daemon.control.BackendTraffic;
import io.weir.daemon.control.Control;
import io.weir.daemon.control.Edits;
import io.weir.daemon.control.LastProbes;
import io.weir.daemon.webhook.WebhookStatus;
import io.weir.net.Transport;
import io.weir.net.session.Sessions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the API shows and changes. Any thread.
 *
 * @param webhooks how they stand
 * @param traffic to each backend over all loops
 * @param lastProbes of each backend
 * @param ready whether traffic is served: not while starting or draining
 * @param metrics the text for Prometheus
 * @param sessions the live connections of each plane
 * @param affinity where sources stay
 * @param certificates how they stand
 */
public record Managed(Control control, Edits edits, SnapshotPublisher publisher, EventLog events,
        Supplier<List<WebhookStatus>> webhooks, Supplier<Map<BackendKey, BackendTraffic>> traffic, LastProbes lastProbes,
        ThisProcess process, BooleanSupplier ready,
        Supplier<String> metrics, List<Sessions> sessions, AffinityDesk affinity,
        Supplier<List<CertificateStatus>> certificates) {

    static final String STATIC = "static";

    /** The pools of the newest snapshot, in the order of the file. */
    Stream<PoolView> pools() {
        Snapshot snapshot = publisher.current();
        return snapshot.configuration().pools().keySet().stream().flatMap(name -> snapshot.pool(name).stream());
    }

    /** Who named a backend: {@code static} for the configuration, else what its pool's members are found by. */
    String source(BackendKey backend) {
        Pool pool = control.inForce().configuration().pools().get(backend.pool());
        if (pool == null || pool.backends().containsKey(backend.backend())) {
            return STATIC;
        }
        return pool.discovery().map(Discovery::text).orElse(STATIC);
    }

    /** What does not change while the daemon runs. */
    public record ThisProcess(String version, Node node, long pid, Instant startedAt, Transport transport, String transportReason,
            int workers) {}
}
