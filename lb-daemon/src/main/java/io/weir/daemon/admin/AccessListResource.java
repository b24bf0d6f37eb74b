package io.weir.daemon.admin;

import io.weir.core.model.AccessList;
import io.weir.core.model.Cidr;
import io.weir.core.model.Configuration;
import io.weir.core.model.Listener;
import io.weir.daemon.control.InForce;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Access lists: the mappings of the file and who uses them. On the virtual threads of requests. */
final class AccessListResource {
    private final Managed managed;
    private final Changes changes;
    private final MappingResource mappings;

    AccessListResource(Managed managed, Changes changes) {
        this.managed = managed;
        this.changes = changes;
        this.mappings = new MappingResource("access list", changes);
    }

    /** An access list as lists show it. */
    record Row(String name, String mode, int entries, List<String> listeners) {
        static Row of(AccessList list, Configuration configuration) {
            List<String> listeners = configuration.listeners()
                .values()
                .stream()
                .filter(listener -> listener.entrance().accessLists().contains(list.name()))
                .map(Listener::name)
                .toList();
            return new Row(list.name(), list.mode().text(), list.entries().size(), listeners);
        }
    }

    List<Endpoint> endpoints() {
        String one = "/v1/access-lists/{list}";
        return List.of(Endpoint.get("/v1/access-lists", "All access lists, without their entries.", _ -> Response.json(rows())),
                Endpoint.get(one, "An access list as in the traffic file.", this::get),
                Endpoint.change("PUT", one, "Creates or replaces an access list; it holds for new connections.",
                        request -> mappings.put(request, path(request))),
                Endpoint.change("PATCH", one, "Changes an access list by a JSON merge patch, which replaces its entries as a whole.",
                        request -> mappings.patch(request, path(request))),
                Endpoint.change("POST", one + "/entries", "Adds and removes entries: {add: [...], remove: [...]}, all or none.",
                        this::changeEntries),
                Endpoint.command("DELETE", one, "Removes an access list that no listener uses.",
                        request -> mappings.delete(request, path(request))));
    }

    private Response changeEntries(Request request) throws InterruptedException {
        Map<String, @Nullable Object> body = Bodies.resource(request);
        List<String> add = texts(body, "add");
        List<String> remove = texts(body, "remove");
        String name = request.name("list");
        return changes.edit(request, "change access list " + name, document -> {
            if (document.get(path(request)).isEmpty()) {
                throw RequestRefused.noSuch("access list", name);
            }
            List<String> path = List.of("accessLists", name, "entries");
            return document.with(path, changed(document.get(path).orElse(null), add, remove));
        });
    }

    private static List<String> changed(@Nullable Object entries, List<String> add, List<String> remove) {
        Map<Object, String> textByNetwork = new LinkedHashMap<>();
        if (entries instanceof List<?> list) {
            list.forEach(entry -> textByNetwork.put(network(String.valueOf(entry)), String.valueOf(entry)));
        }
        for (String entry : remove) {
            if (textByNetwork.remove(network(entry)) == null) {
                throw RequestRefused.noSuch("entry", entry);
            }
        }
        add.forEach(entry -> textByNetwork.putIfAbsent(network(entry), entry));
        return List.copyOf(textByNetwork.values());
    }

    /** The network that {@code text} stands for, however it is written; the text itself if it is none, for the reader of the file to refuse. */
    private static Object network(String text) {
        try {
            return Cidr.parse(text);
        } catch (IllegalArgumentException _) {
            return text;
        }
    }

    private static List<String> texts(Map<String, @Nullable Object> body, String key) {
        Object value = body.getOrDefault(key, List.of());
        if (!(value instanceof List<?> list) || !list.stream().allMatch(String.class::isInstance)) {
            throw RequestRefused.malformed(key + " is no list of texts");
        }
        return list.stream().map(String.class::cast).toList();
    }

    private static List<String> path(Request request) {
        return List.of("accessLists", request.name("list"));
    }

    private List<Row> rows() {
        Configuration configuration = managed.control().inForce().configuration();
        return configuration.accessLists().values().stream().map(list -> Row.of(list, configuration)).toList();
    }

    private Response get(Request request) {
        InForce now = managed.control().inForce();
        return Response.json(mappings.get(now.document(), path(request))).with("etag", Changes.etag(now.number()));
    }
}
