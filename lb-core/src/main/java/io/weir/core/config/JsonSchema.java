package io.weir.core.config;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON Schemas (2020-12) of the two files, for editors; written by the same table of keys that reads them. A schema sees no names and no
 * ranges of durations and sizes, so what it accepts the loader may still refuse, never the other way round. Any thread.
 */
public final class JsonSchema {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private JsonSchema() {}

    /** Of the traffic configuration, {@code weir.yaml}. */
    public static String traffic() {
        return text("Weir traffic configuration", TrafficKeys.SHAPE);
    }

    /** Of the node file, {@code node.yaml}. */
    public static String node() {
        return text("Weir node file", NodeKeys.shape("localhost"));
    }

    private static String text(String title, Shape<?> shape) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", title);
        schema.putAll(shape.schema());
        return JSON.writeValueAsString(schema) + "\n";
    }
}
