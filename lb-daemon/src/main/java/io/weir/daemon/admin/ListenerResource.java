package io.weir.daemon.admin;

import io.weir.daemon.control.InForce;
import java.util.List;

/** Listeners: the mappings of the file and how their ports stand. On the virtual threads of requests. */
final class ListenerResource {
    private final Managed managed;
    private final MappingResource mappings;

    ListenerResource(Managed managed, Changes changes) {
        this.managed = managed;
        this.mappings = new MappingResource("listener", changes);
    }

    List<Endpoint> endpoints() {
        String one = "/v1/listeners/{listener}";
        return List.of(
                Endpoint.get("/v1/listeners", "All listeners with their state and counters.", _ -> Response.json(ListenerRow.all(managed))),
                Endpoint.get(one, "A listener as in the traffic file, and its status.", this::get),
                Endpoint.change("PUT", one, "Creates or replaces a listener.", request -> mappings.put(request, path(request))),
                Endpoint.change("PATCH", one, "Changes a listener by a JSON merge patch.",
                        request -> mappings.patch(request, path(request))),
                Endpoint.command("DELETE", one, "Removes a listener; its connections live on until they end or are drained.",
                        request -> mappings.delete(request, path(request))));
    }

    static List<String> path(Request request) {
        return List.of("listeners", request.name("listener"));
    }

    private Response get(Request request) {
        InForce now = managed.control().inForce();
        var mapping = mappings.get(now.document(), path(request));
        ListenerRow.all(managed)
            .stream()
            .filter(row -> row.name().equals(request.name("listener")))
            .forEach(row -> mapping.put("status", row));
        return Response.json(mapping).with("etag", Changes.etag(now.number()));
    }
}
