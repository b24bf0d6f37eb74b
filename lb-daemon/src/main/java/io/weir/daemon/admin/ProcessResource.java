package io.weir.daemon.admin;

import java.util.List;

/** Version, liveness and metrics: what monitoring asks for. On the virtual threads of requests. */
final class ProcessResource {
    /** What Prometheus expects of the text format. */
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Managed managed;

    ProcessResource(Managed managed) {
        this.managed = managed;
    }

    record Version(String version, String java) {}

    List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/v1/version", "The versions of weir and of Java.", _ -> version()),
                Endpoint.get("/healthz", "200 while traffic is served, 503 while starting or draining.", _ -> healthz()),
                Endpoint.get("/metrics", "Metrics in the text format of Prometheus.", _ -> metrics()),
                Endpoint.get("/v1/metrics", "The same as /metrics.", _ -> metrics()));
    }

    private Response version() {
        return Response.json(new Version(managed.process().version(), System.getProperty("java.version")));
    }

    private Response healthz() {
        boolean ready = managed.ready().getAsBoolean();
        return Response.of(ready ? 200 : 503, "text/plain; charset=utf-8", ready ? "ok\n" : "not serving\n");
    }

    private Response metrics() {
        return Response.of(200, PROMETHEUS, managed.metrics().get());
    }
}
