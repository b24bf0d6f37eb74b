package io.weir.daemon.admin;

import io.weir.core.config.ConfigDocument;
import io.weir.core.config.DocumentResult;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what requests carry. On the virtual threads of requests. */
final class Bodies {
    private static final Set<String> CONFIGURATION = Set.of("application/yaml", "application/x-yaml", "text/yaml", "application/json");
    private static final String PATCH = "application/merge-patch+json";

    private Bodies() {
    }

    /** @throws RequestRefused with 415 unless the body is YAML or JSON */
    static void requireConfiguration(Request request) {
        if (!CONFIGURATION.contains(request.mediaType())) {
            throw unsupported(request, "application/yaml or application/json");
        }
    }

    /** A resource as in the traffic file: a mapping. */
    static Map<String, @Nullable Object> resource(Request request) {
        requireConfiguration(request);
        return mapping(request);
    }

    /** A JSON merge patch (RFC 7396) of a resource. */
    static Map<String, @Nullable Object> patch(Request request) {
        if (!request.mediaType().equals(PATCH) && !CONFIGURATION.contains(request.mediaType())) {
            throw unsupported(request, PATCH + " or application/json");
        }
        return mapping(request);
    }

    private static Map<String, @Nullable Object> mapping(Request request) {
        return Mappings.of(parsed(request).get(List.of()));
    }

    /** A mapping with the places of its values. */
    static ConfigDocument document(Request request) {
        requireConfiguration(request);
        return parsed(request);
    }

    private static ConfigDocument parsed(Request request) {
        return switch (ConfigDocument.parse("body", request.body())) {
            case DocumentResult.Parsed(var document) -> document;
            case DocumentResult.Refused(var problems) -> throw RequestRefused.malformed(problems.getFirst().message());
        };
    }

    private static RequestRefused unsupported(Request request, String wanted) {
        return RequestRefused.of(415, "Content-Type is '" + request.mediaType() + "', want " + wanted);
    }
}
