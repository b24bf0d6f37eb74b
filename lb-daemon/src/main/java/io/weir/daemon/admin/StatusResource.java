package io.weir.daemon.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One page of everything. On the virtual threads of requests. */
final class StatusResource {
    private final Managed managed;

    StatusResource(Managed managed) {
        this.managed = managed;
    }

    record Status(NodeStatus node, long revision, long generation, List<ListenerRow> listeners, List<PoolRow> pools) {}

    record NodeStatus(String name, Optional<String> zone, Optional<String> region, long pid, Instant startedAt, long uptimeSeconds,
            String transport, String transportReason, int workers, boolean ready) {}

    List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/v1/status", "The node, its listeners and its pools.", _ -> Response.json(status(managed))),
                Endpoint.get("/v1/sources", "How the pools' sources of members stand: files, name servers, registrations.",
                        _ -> Response.json(SourceRow.all(managed))),
                Endpoint.get("/v1/webhooks", "How the webhooks stand: what waits, was delivered, failed or was dropped.",
                        _ -> Response.json(managed.webhooks().get())));
    }

    static Status status(Managed managed) {
        var snapshot = managed.publisher().current();
        return new Status(node(managed), snapshot.revision(), snapshot.generation(), ListenerRow.all(managed), PoolRow.all(managed));
    }

    private static NodeStatus node(Managed managed) {
        var process = managed.process();
        long uptimeSeconds = Duration.between(process.startedAt(), Instant.now()).toSeconds();
        return new NodeStatus(process.node().name(), process.node().zone(), process.node().region(), process.pid(), process.startedAt(),
                uptimeSeconds,
                process.transport().text(), process.transportReason(), process.workers(), managed.ready().getAsBoolean());
    }
}
