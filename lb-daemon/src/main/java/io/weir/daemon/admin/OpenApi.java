package io.weir.daemon.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The OpenAPI document, made of the endpoints themselves, so that it lists what there is. Immutable, any thread. */
final class OpenApi {
    private static final String PATH = "/v1/openapi.json";
    private static final Map<String, Object> PROBLEM = Map.of("description", "What is wrong, and what to do", "content",
            Map.of("application/problem+json", Map.of("schema", Map.of("$ref", "#/components/schemas/Problem"))));

    private final Map<String, Object> document;

    OpenApi(String version, List<Endpoint> endpoints) {
        List<Endpoint> all = new ArrayList<>(endpoints);
        all.add(endpoint());
        Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
        all.forEach(endpoint -> paths.computeIfAbsent(endpoint.template(), _ -> new LinkedHashMap<>())
            .put(endpoint.method().toLowerCase(java.util.Locale.ROOT), operation(endpoint)));
        document = Map.of("openapi", "3.1.0", "info", Map.of("title", "Weir admin API", "version", version), "paths", paths, "components",
                Map.of("schemas",
                        Map.of("Problem", OpenApiSchemas.of(ProblemDocument.class), "Applied", OpenApiSchemas.of(Changes.Applied.class),
                                "Planned", OpenApiSchemas.of(Changes.Planned.class))));
    }

    Endpoint endpoint() {
        return Endpoint.get(PATH, "This document.", _ -> Response.json(document()));
    }

    private Map<String, Object> document() {
        return document;
    }

    private static Map<String, Object> operation(Endpoint endpoint) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("summary", endpoint.summary());
        operation.put("parameters", parameters(endpoint));
        if (endpoint.hasBody()) {
            operation.put("requestBody", Map.of("required", true, "content", content(endpoint)));
        }
        operation.put("responses", responses(endpoint));
        return operation;
    }

    private static Map<String, Object> content(Endpoint endpoint) {
        Map<String, Object> any = Map.of("schema", Map.of("type", "object"));
        return endpoint.method().equals("PATCH") ? Map.of("application/merge-patch+json", any, "application/json", any)
                : Map.of("application/json", any, "application/yaml", any);
    }

    private static List<Map<String, Object>> parameters(Endpoint endpoint) {
        List<Map<String, Object>> parameters = new ArrayList<>();
        endpoint.names().forEach(name -> parameters.add(parameter(name, "path", "which " + name, "string")));
        endpoint.parameters().forEach(p -> parameters.add(parameter(p.name(), "query", p.description(), "string")));
        if (endpoint.changes()) {
            parameters.add(parameter("If-Match", "header", "change only the revision with this ETag", "string"));
        }
        return parameters;
    }

    private static Map<String, Object> parameter(String name, String in, String description, String type) {
        return Map.of("name", name, "in", in, "description", description, "required", in.equals("path"), "schema", Map.of("type", type));
    }

    private static Map<String, Object> responses(Endpoint endpoint) {
        Map<String, Object> responses = new LinkedHashMap<>();
        if (endpoint.changes()) {
            var schemas = List.of(Map.of("$ref", "#/components/schemas/Applied"), Map.of("$ref", "#/components/schemas/Planned"));
            responses.put("200", Map.of("description", "Durable and published, or with dryRun what would change", "content",
                    Map.of("application/json", Map.of("schema", Map.of("oneOf", schemas)))));
        } else {
            responses.put("200", Map.of("description", endpoint.summary()));
        }
        responses.put("default", PROBLEM);
        return responses;
    }
}
