package io.weir.cli.output;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON text to trees and back, without binding to types: nothing that the daemon says is lost. Any thread may call it. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /** An answer of the daemon. */
    public static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw CommandFailure.of(ExitCode.FAILED, "the answer is no JSON: " + e.getOriginalMessage(),
                    "check that a weir daemon of this version listens there");
        }
    }

    /** Something that the user wrote. */
    public static JsonNode parse(String text) throws JacksonException {
        return MAPPER.readTree(text);
    }

    public static String pretty(JsonNode tree) {
        return MAPPER.writeValueAsString(tree);
    }

    /** Without a line break. */
    public static String oneLine(JsonNode tree) {
        return tree.toString();
    }

    /** The tree of plain Java values: maps, lists, numbers, texts. */
    public static JsonNode tree(@Nullable Object value) {
        return MAPPER.valueToTree(value);
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }
}
