package io.weir.daemon.admin;

import io.weir.core.config.ConfigDocument;
import io.weir.daemon.control.InForce;
import java.util.List;

/** The whole traffic configuration. On the virtual threads of requests. */
final class ConfigResource {
    private static final String YAML = "application/yaml";

    private final Managed managed;
    private final Changes changes;

    ConfigResource(Managed managed, Changes changes) {
        this.managed = managed;
        this.changes = changes;
    }

    /** A revision with its content as JSON. */
    record Content(long revision, String hash, Object configuration) {}

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/v1/config", "The configuration in force, as JSON or, with Accept: application/yaml, as its text.",
                        this::get),
                Endpoint.change("PUT", "/v1/config", "Replaces the whole configuration.", this::put));
    }

    private Response get(Request request) {
        InForce now = managed.control().inForce();
        return content(request, now.number(), now.text(), now.document());
    }

    /** A revision in the form that the request prefers. */
    static Response content(Request request, long revision, String text, ConfigDocument document) {
        Response.Whole answer = request.prefers(YAML) ? Response.text(YAML, text)
                : Response.json(new Content(revision, document.hash(), Mappings.of(document.get(List.of()))));
        return answer.with("etag", Changes.etag(revision));
    }

    private Response put(Request request) throws InterruptedException {
        Bodies.requireConfiguration(request);
        String file = request.header("x-weir-file").orElse(Changes.FILE);
        String text = request.body();
        return changes.replace(request, "apply " + file, file, text);
    }
}
