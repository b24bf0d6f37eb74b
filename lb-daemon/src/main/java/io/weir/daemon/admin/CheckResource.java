package io.weir.daemon.admin;

import io.weir.core.config.ConfigDocument;
import io.weir.daemon.control.InForce;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Templates of health checks: the mappings of the file, and who names them. On the virtual threads of requests. */
final class CheckResource {
    private static final String TEMPLATES = "healthChecks";

    private final Managed managed;
    private final MappingResource mappings;

    CheckResource(Managed managed, Changes changes) {
        this.managed = managed;
        this.mappings = new MappingResource("health check", changes);
    }

    /**
     * A template as lists show it, as far as it says something: what it leaves out is its preset's or the default.
     *
     * @param pools that name it
     */
    record CheckRow(String name, Optional<String> type, Optional<String> preset, Optional<String> interval, Optional<String> timeout,
            Optional<String> healthy, Optional<String> unhealthy, List<String> pools) {

        private static CheckRow of(String name, Map<String, @Nullable Object> check, List<String> pools) {
            return new CheckRow(name, text(check, "type"), text(check, "preset"), text(check, "interval"), text(check, "timeout"),
                    text(check, "healthy"), text(check, "unhealthy"), pools);
        }

        private static Optional<String> text(Map<String, @Nullable Object> check, String key) {
            return Optional.ofNullable(check.get(key)).map(String::valueOf);
        }
    }

    List<Endpoint> endpoints() {
        String one = "/v1/checks/{check}";
        return List.of(Endpoint.get("/v1/checks", "All templates of health checks, and the pools that name them.", _ -> list()),
                Endpoint.get(one, "A template as in the traffic file, and the pools that name it.", this::get),
                Endpoint.change("PUT", one, "Creates or replaces a template; backends keep their state until probes say otherwise.",
                        request -> mappings.put(request, path(request))),
                Endpoint.change("PATCH", one, "Changes a template by a JSON merge patch.",
                        request -> mappings.patch(request, path(request))),
                Endpoint.command("DELETE", one, "Removes a template that no pool names.", this::delete));
    }

    private static List<String> path(Request request) {
        return List.of(TEMPLATES, request.name("check"));
    }

    private Response list() {
        InForce now = managed.control().inForce();
        List<CheckRow> rows = Mappings.of(now.document().get(List.of(TEMPLATES)))
            .keySet()
            .stream()
            .map(name -> CheckRow.of(name, Mappings.of(now.document().get(List.of(TEMPLATES, name))), pools(now.document(), name)))
            .toList();
        return Response.json(rows).with("etag", Changes.etag(now.number()));
    }

    private Response get(Request request) {
        InForce now = managed.control().inForce();
        var mapping = mappings.get(now.document(), path(request));
        mapping.put("pools", pools(now.document(), request.name("check")));
        return Response.json(mapping).with("etag", Changes.etag(now.number()));
    }

    private Response delete(Request request) throws InterruptedException {
        String check = request.name("check");
        pools(managed.control().inForce().document(), check).stream().findFirst().ifPresent(pool -> {
            throw RequestRefused.of(409, "health check '" + check + "' is in use by pool " + pool + "; change that first");
        });
        return mappings.delete(request, path(request));
    }

    private static List<String> pools(ConfigDocument document, String check) {
        return Mappings.of(document.get(List.of("pools")))
            .keySet()
            .stream()
            .filter(pool -> document.get(List.of("pools", pool, "healthCheck")).filter(check::equals).isPresent())
            .toList();
    }
}
