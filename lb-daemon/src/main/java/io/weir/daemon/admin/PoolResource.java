package io.weir.daemon.admin;

import io.weir.core.model.Configuration;
import io.weir.core.model.Listener;
import io.weir.core.model.Route;
import io.weir.daemon.control.InForce;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Pools: the mappings of the file and how they stand. On the virtual threads of requests. */
final class PoolResource {
    private final Managed managed;
    private final MappingResource mappings;

    PoolResource(Managed managed, Changes changes) {
        this.managed = managed;
        this.mappings = new MappingResource("pool", changes);
    }

    List<Endpoint> endpoints() {
        String one = "/v1/pools/{pool}";
        return List.of(Endpoint.get("/v1/pools", "All pools with how many members are healthy.", _ -> Response.json(PoolRow.all(managed))),
                Endpoint.get(one, "A pool as in the traffic file, and its status.", this::get),
                Endpoint.change("PUT", one, "Creates or replaces a pool.", request -> mappings.put(request, path(request))),
                Endpoint.change("PATCH", one, "Changes a pool by a JSON merge patch.", request -> mappings.patch(request, path(request))),
                Endpoint.command("DELETE", one, "Removes a pool that no listener and no route names.", this::delete));
    }

    private static List<String> path(Request request) {
        return List.of("pools", request.name("pool"));
    }

    private Response get(Request request) {
        InForce now = managed.control().inForce();
        var mapping = mappings.get(now.document(), path(request));
        managed.publisher()
            .current()
            .pool(request.name("pool"))
            .ifPresent(view -> mapping.put("status", PoolRow.all(Stream.of(view), managed).getFirst()));
        Optional.ofNullable(managed.control().sources().get(request.name("pool")))
            .ifPresent(source -> mapping.put("source", SourceRow.of(request.name("pool"), source)));
        return Response.json(mapping).with("etag", Changes.etag(now.number()));
    }

    private Response delete(Request request) throws InterruptedException {
        String pool = request.name("pool");
        user(managed.control().inForce().configuration(), pool).ifPresent(user -> {
            throw RequestRefused.of(409, "pool '" + pool + "' is in use by " + user + "; change that first");
        });
        return mappings.delete(request, path(request));
    }

    /** A listener or route that names the pool. */
    private static Optional<String> user(Configuration configuration, String pool) {
        return configuration.listeners().values().stream().flatMap(listener -> switch (listener) {
            case Listener.Tcp tcp -> tcp.pool().equals(pool) ? Stream.of("listener " + tcp.name()) : Stream.empty();
            case Listener.Udp udp -> udp.pool().equals(pool) ? Stream.of("listener " + udp.name()) : Stream.empty();
            case Listener.Tls tls -> tls.pool().filter(pool::equals).isPresent()
                    || tls.routes().stream().anyMatch(route -> route.pool().equals(pool)) ? Stream.of("listener " + tls.name())
                            : Stream.empty();
            case Listener.Http http -> Stream.concat(
                    http.pool().filter(pool::equals).map(_ -> "listener " + http.name()).stream(),
                    http.routes()
                        .stream()
                        .filter(route -> route.pool().equals(pool))
                        .map(Route::name)
                        .map(r -> "route " + r + " of listener " + http.name()));
        }).findFirst();
    }
}
