package io.weir.daemon.admin;

import io.weir.core.health.BackendKey;
import io.weir.core.model.Node;
import io.weir.core.snapshot.PoolView;
import io.weir.core.snapshot.Snapshot;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.core.telemetry.EventLog;
import io.weir.daemon.control.BackendTraffic;
import io.weir.daemon.control.Control;
import io.weir.daemon.control.Edits;
import io.weir.daemon.control.LastProbes;
import java.time.Instant;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the API shows and changes. Any thread.
 *
 * @param traffic to each backend over all loops
 * @param lastProbes of each backend
 * @param ready whether traffic is served: not while starting or draining
 * @param metrics the text for Prometheus
 */
public record Managed(Control control, Edits edits, SnapshotPublisher publisher, EventLog events,
        Supplier<Map<BackendKey, BackendTraffic>> traffic, LastProbes lastProbes, ThisProcess process, BooleanSupplier ready,
        Supplier<String> metrics) {

    /** The pools of the newest snapshot, in the order of the file. */
    Stream<PoolView> pools() {
        Snapshot snapshot = publisher.current();
        return snapshot.configuration().pools().keySet().stream().flatMap(name -> snapshot.pool(name).stream());
    }

    /** What does not change while the daemon runs. */
    public record ThisProcess(String version, Node node, long pid, Instant startedAt, String transport, String transportReason,
            int workers) {}
}
