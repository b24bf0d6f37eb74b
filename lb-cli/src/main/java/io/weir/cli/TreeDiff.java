package io.weir.cli;

import io.weir.cli.output.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The fields in which two configurations differ, one line each: {@code pools.shop.drain: 300s -> 60s}. Any thread may call it. */
final class TreeDiff {
    private TreeDiff() {}

    static List<String> changes(JsonNode from, JsonNode to) {
        var changes = new ArrayList<String>();
        collect("", from, to, changes);
        return changes;
    }

    private static void collect(String name, JsonNode from, JsonNode to, List<String> changes) {
        if (from.equals(to)) {
            return;
        }
        if (from.isObject() && to.isObject()) {
            var names = new LinkedHashSet<>(from.propertyNames());
            names.addAll(to.propertyNames());
            names.forEach(child -> collect(name.isEmpty() ? child : name + '.' + child, from.path(child), to.path(child), changes));
        } else {
            changes.add(name + ": " + shown(from) + " -> " + shown(to));
        }
    }

    private static String shown(JsonNode value) {
        if (value.isMissingNode()) {
            return "(absent)";
        }
        return value.isString() ? value.asString() : Json.oneLine(value);
    }
}
