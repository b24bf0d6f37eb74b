package io.weir.daemon.admin;

import io.weir.core.health.BackendKey;
import io.weir.daemon.control.InForce;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Backends: the mappings of the file and their health. On the virtual threads of requests. */
final class BackendResource {
    private final Managed managed;
    private final MappingResource mappings;

    BackendResource(Managed managed, Changes changes) {
        this.managed = managed;
        this.mappings = new MappingResource("backend", changes);
    }

    List<Endpoint> endpoints() {
        String one = "/v1/pools/{pool}/backends/{backend}";
        return List.of(
                Endpoint.get("/v1/backends", "All backends with their state, or those of one pool or in some states.", this::list)
                    .with(new Endpoint.Parameter("pool", "only this pool's"), StateFilter.PARAMETER),
                Endpoint.get(one, "A backend as in the traffic file, and its status.", this::get),
                Endpoint.change("PUT", one, "Creates or replaces a backend.", request -> mappings.put(request, path(request))),
                Endpoint.change("PATCH", one, "Changes a backend by a JSON merge patch; adminState drains, disables and enables it.",
                        request -> mappings.patch(request, changed(request))),
                Endpoint.command("DELETE", one, "Removes a backend; its connections live on until they end or are drained.",
                        request -> mappings.delete(request, changed(request))));
    }

    private List<String> path(Request request) {
        String pool = request.name("pool");
        if (!managed.control().inForce().configuration().pools().containsKey(pool)) {
            throw RequestRefused.noSuch("pool", pool);
        }
        return List.of("pools", pool, "backends", request.name("backend"));
    }

    /** A member that its pool's source gave stands in no revision, so there is nothing to change. */
    private List<String> changed(Request request) {
        List<String> path = path(request);
        String source = managed.source(new BackendKey(request.name("pool"), request.name("backend")));
        boolean live = managed.publisher()
            .current()
            .pool(request.name("pool"))
            .filter(view -> view.pool().backends().containsKey(request.name("backend")))
            .isPresent();
        if (live && !source.equals(Managed.STATIC)) {
            throw RequestRefused.of(409, "backend '" + request.name("backend") + "' comes from the pool's source (" + source
                    + ") and stands in no revision; " + (source.equals("registered") ? "take it out with: weir backend deregister"
                            : "change it there, or add a backend with its name or address, which then goes first"));
        }
        return path;
    }

    private Response list(Request request) {
        var snapshot = managed.publisher().current();
        request.parameter("pool").filter(pool -> !snapshot.pools().containsKey(pool)).ifPresent(pool -> {
            throw RequestRefused.noSuch("pool", pool);
        });
        var pools = managed.pools().filter(pool -> request.parameter("pool").map(pool.name()::equals).orElse(true));
        StateFilter wanted = StateFilter.of(request);
        return Response.json(BackendRow.all(pools, managed).stream().filter(wanted::accepts).toList());
    }

    private Response get(Request request) {
        InForce now = managed.control().inForce();
        List<String> path = path(request);
        Optional<BackendRow> row = BackendRow.all(managed.publisher().current().pool(request.name("pool")).stream(), managed)
            .stream()
            .filter(backend -> backend.name().equals(request.name("backend")))
            .findFirst();
        boolean live = row.filter(backend -> !backend.source().equals(Managed.STATIC)).isPresent();
        Map<String, @Nullable Object> mapping = live ? new LinkedHashMap<>() : mappings.get(now.document(), path);
        row.ifPresent(backend -> mapping.put("status", backend));
        return Response.json(mapping).with("etag", Changes.etag(now.number()));
    }
}
