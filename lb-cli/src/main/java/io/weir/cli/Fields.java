package io.weir.cli;

import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.Json;
import io.weir.cli.output.Yaml;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The mapping of a resource as the options of {@code add} and {@code set} spell it. Confined to the main thread. */
final class Fields {
    private final ObjectNode mapping = Json.object();

    /** Puts the field unless the option was not given. */
    Fields put(String name, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case Boolean flag -> mapping.put(name, flag);
            case Integer number -> mapping.put(name, number);
            case List<?> list -> {
                if (!list.isEmpty()) {
                    list.forEach(element -> mapping.withArray(name).add(element.toString()));
                }
            }
            case JsonNode tree -> mapping.set(name, tree);
            default -> mapping.put(name, value.toString());
        }
        return this;
    }

    /** Takes {@code --set healthCheck.interval=2s}: any field, also those that have no option of their own. */
    Fields putAll(List<String> assignments) {
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw CommandFailure.of(ExitCode.INVALID, "--set: '" + assignment + "', want FIELD=VALUE", "for example --set drain=60s");
            }
            assign(assignment.substring(0, equals), value(assignment.substring(equals + 1)));
        }
        return this;
    }

    /** Takes {@code --unset zones.backup}: in a merge patch, null removes (RFC 7396). */
    Fields removeAll(List<String> names) {
        names.forEach(name -> assign(name, Json.object().nullNode()));
        return this;
    }

    ObjectNode mapping() {
        return mapping;
    }

    private void assign(String dottedName, JsonNode value) {
        ObjectNode parent = mapping;
        String[] names = dottedName.split("\\.", -1);
        for (int i = 0; i < names.length - 1; i++) {
            parent = parent.get(names[i]) instanceof ObjectNode child ? child : parent.putObject(names[i]);
        }
        parent.set(names[names.length - 1], value);
    }

    private static JsonNode value(String text) {
        try {
            return text.isEmpty() ? Json.object().stringNode("") : Json.tree(Yaml.scalar(text));
        } catch (JacksonException | org.snakeyaml.engine.v2.exceptions.YamlEngineException _) {
            return Json.object().stringNode(text);
        }
    }
}
