package io.weir.daemon.admin;

import io.weir.core.config.ConfigDocument;
import io.weir.core.route.RouteTable;
import io.weir.core.snapshot.ListenerView;
import io.weir.core.snapshot.PoolView;
import io.weir.daemon.control.InForce;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The routes of a listener: a list whose order counts. On the virtual threads of requests. */
final class RouteResource {
    private final Managed managed;
    private final Changes changes;

    RouteResource(Managed managed, Changes changes) {
        this.managed = managed;
        this.changes = changes;
    }

    /** Where a request would go. */
    record Tested(Optional<String> route, Optional<String> pool, Optional<Integer> status) {}

    List<Endpoint> endpoints() {
        String all = "/v1/listeners/{listener}/routes";
        return List.of(Endpoint.get(all, "The routes of a listener, in their order.", this::list),
                Endpoint.get(all + "/test", "The route and pool that a request would take.", this::test)
                    .with(new Endpoint.Parameter("host", "of the request"),
                            new Endpoint.Parameter("path", "of the request, without the query")),
                Endpoint.change("PUT", all + "/{route}", "Adds a route, or replaces it where it stands.", this::put)
                    .with(new Endpoint.Parameter("before", "the route that it is put in front of; else it comes last")),
                Endpoint.command("DELETE", all + "/{route}", "Removes a route.", this::delete));
    }

    private Response list(Request request) {
        InForce now = managed.control().inForce();
        return Response.json(routes(now.document(), request)).with("etag", Changes.etag(now.number()));
    }

    private Response test(Request request) {
        String host = request.parameter("host").orElse("");
        String path = request.parameter("path").orElse("/");
        String name = request.name("listener");
        return switch (managed.publisher().current().listener(name).orElseThrow(() -> RequestRefused.noSuch("listener", name))) {
            case ListenerView.Tcp tcp -> throw RequestRefused.of(409, "listener '" + tcp.name() + "' is tcp and has no routes");
            case ListenerView.Udp udp -> throw RequestRefused.of(409, "listener '" + udp.name() + "' is udp and has no routes");
            case ListenerView.Tls tls -> throw RequestRefused.of(409,
                    "listener '" + tls.name() + "' is tls and has no routes; what its key sni names is told by weir explain");
            case ListenerView.Http http -> Response.json(tested(http, host, path));
        };
    }

    private static Tested tested(ListenerView.Http http, String host, String path) {
        byte[] hostBytes = host.getBytes(StandardCharsets.ISO_8859_1);
        byte[] head = (host + path).getBytes(StandardCharsets.ISO_8859_1);
        int index = http.routes().match(head, 0, hostBytes.length, hostBytes.length, head.length - hostBytes.length);
        if (index != RouteTable.NONE) {
            return new Tested(Optional.of(http.routes().route(index).name()), Optional.of(http.poolByRoute().get(index).name()),
                    Optional.empty());
        }
        Optional<String> pool = http.fallback().map(PoolView::name);
        return new Tested(Optional.empty(), pool, pool.isPresent() ? Optional.empty() : Optional.of(404));
    }

    private Response put(Request request) throws InterruptedException {
        String name = request.name("route");
        Map<String, @Nullable Object> route = Bodies.resource(request);
        if (route.containsKey("name") && !name.equals(route.get("name"))) {
            throw RequestRefused.malformed("the body names route " + route.get("name") + ", the path " + name);
        }
        route.put("name", name);
        return changes.edit(request, "set route " + request.name("listener") + "/" + name, document -> {
            List<Object> routes = routes(document, request);
            place(routes, route, name, request.parameter("before"));
            return document.with(path(request), routes);
        });
    }

    private static void place(List<Object> routes, Object route, String name, Optional<String> before) {
        int at = index(routes, name);
        if (before.isEmpty() && at >= 0) {
            routes.set(at, route);
            return;
        }
        if (at >= 0) {
            routes.remove(at);
        }
        int place = before.map(other -> {
            int found = index(routes, other);
            if (found < 0) {
                throw RequestRefused.noSuch("route", other);
            }
            return found;
        }).orElse(routes.size());
        routes.add(place, route);
    }

    private Response delete(Request request) throws InterruptedException {
        String name = request.name("route");
        return changes.edit(request, "remove route " + request.name("listener") + "/" + name, document -> {
            List<Object> routes = routes(document, request);
            int at = index(routes, name);
            if (at < 0) {
                throw RequestRefused.noSuch("route", name);
            }
            routes.remove(at);
            return document.with(path(request), routes);
        });
    }

    private static List<String> path(Request request) {
        return List.of("listeners", request.name("listener"), "routes");
    }

    private static List<Object> routes(ConfigDocument document, Request request) {
        if (document.get(ListenerResource.path(request)).isEmpty()) {
            throw RequestRefused.noSuch("listener", request.name("listener"));
        }
        List<Object> routes = new ArrayList<>();
        if (document.get(path(request)).orElse(null) instanceof List<?> list) {
            routes.addAll(list);
        }
        return routes;
    }

    private static int index(List<Object> routes, String name) {
        for (int i = 0; i < routes.size(); i++) {
            if (routes.get(i) instanceof Map<?, ?> route && name.equals(route.get("name"))) {
                return i;
            }
        }
        return -1;
    }
}
