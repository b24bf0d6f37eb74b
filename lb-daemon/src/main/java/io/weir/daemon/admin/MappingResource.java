package io.weir.daemon.admin;

import io.weir.core.config.ConfigDocument;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What listeners, pools and backends have in common: each is a mapping that stands under its name in the traffic file. On the virtual
 * threads of requests.
 *
 * @param noun such as {@code pool}
 */
record MappingResource(String noun, Changes changes) {

    /** The mapping at {@code path}. */
    Map<String, @Nullable Object> get(ConfigDocument document, List<String> path) {
        require(document, path);
        return Mappings.of(document.get(path));
    }

    private void require(ConfigDocument document, List<String> path) {
        if (document.get(path).isEmpty()) {
            throw RequestRefused.noSuch(noun, path.getLast());
        }
    }

    /** Creates (201) or replaces (200); with If-None-Match: * it only creates. */
    Response put(Request request, List<String> path) throws InterruptedException {
        Map<String, @Nullable Object> mapping = Bodies.resource(request);
        boolean onlyCreate = request.header("if-none-match").isPresent();
        var created = new AtomicBoolean();
        Response.Whole answer = changes.edit(request, summary("set", path), document -> {
            created.set(document.get(path).isEmpty());
            if (onlyCreate && !created.get()) {
                throw RequestRefused.of(409, noun + " '" + path.getLast() + "' exists already");
            }
            return document.with(path, mapping);
        });
        boolean made = created.get() && answer.status() == 200 && !request.flag("dryRun");
        return made ? new Response.Whole(201, answer.headers(), answer.body()) : answer;
    }

    /** Applies a JSON merge patch (RFC 7396). */
    Response patch(Request request, List<String> path) throws InterruptedException {
        Map<String, @Nullable Object> patch = Bodies.patch(request);
        return changes.edit(request, summary("change", path), document -> {
            require(document, path);
            return document.mergePatch(path, patch);
        });
    }

    Response delete(Request request, List<String> path) throws InterruptedException {
        return changes.edit(request, summary("remove", path), document -> {
            require(document, path);
            return document.without(path);
        });
    }

    private String summary(String verb, List<String> path) {
        return verb + " " + noun + " " + String.join("/", path.stream().filter(s -> path.indexOf(s) % 2 == 1).toList());
    }
}
