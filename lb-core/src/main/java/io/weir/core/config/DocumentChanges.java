package io.weir.core.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What differs between two documents, one line each, in the order of the older one. Confined to the thread that made it. */
final class DocumentChanges {
    private static final String NAME = "name";

    private final List<String> lines = new ArrayList<>();

    private DocumentChanges() {}

    static List<String> between(Tree before, Tree after) {
        var changes = new DocumentChanges();
        changes.compare("", before, after);
        return List.copyOf(changes.lines);
    }

    private void compare(String field, Tree before, Tree after) {
        if (before instanceof Tree.Mapping(var old, var _) && after instanceof Tree.Mapping(var now, var _)) {
            compareEntries(field, values(old), values(now));
        } else if (before instanceof Tree.Sequence old && after instanceof Tree.Sequence now && !named(old).isEmpty()
                && !named(now).isEmpty()) {
            compareNamed(field, named(old), named(now));
        } else if (!text(before).equals(text(after))) {
            lines.add(field + ": " + text(before) + " -> " + text(after));
        }
    }

    private void compareEntries(String field, Map<String, Tree> old, Map<String, Tree> now) {
        Set<String> keys = new LinkedHashSet<>(old.keySet());
        keys.addAll(now.keySet());
        for (String key : keys) {
            String here = Field.join(field, key);
            Tree before = old.get(key);
            Tree after = now.get(key);
            if (before == null && after != null) {
                lines.add(here + ": added" + (after instanceof Tree.Mapping ? "" : " " + text(after)));
            } else if (before == null || after == null) {
                lines.add(here + ": removed");
            } else {
                compare(here, before, after);
            }
        }
    }

    /** A list whose elements have names, such as routes: compared by name, and then by order, which matters for a list. */
    private void compareNamed(String field, Map<String, Tree> old, Map<String, Tree> now) {
        compareEntries(field, old, now);
        List<String> stayed = old.keySet().stream().filter(now::containsKey).toList();
        List<String> order = now.keySet().stream().filter(old::containsKey).toList();
        if (!stayed.equals(order)) {
            lines.add(field + ": order " + String.join(", ", old.keySet()) + " -> " + String.join(", ", now.keySet()));
        }
    }

    private static Map<String, Tree> values(Map<String, Tree.Entry> entries) {
        Map<String, Tree> values = new LinkedHashMap<>();
        entries.forEach((key, entry) -> values.put(key, entry.value()));
        return values;
    }

    /** Elements by name; empty when one has none or shares it. */
    private static Map<String, Tree> named(Tree.Sequence list) {
        Map<String, Tree> byName = new LinkedHashMap<>();
        for (Tree item : list.items()) {
            Optional<String> name = name(item);
            if (name.isEmpty() || byName.put(name.get(), item) != null) {
                return Map.of();
            }
        }
        return byName;
    }

    private static Optional<String> name(Tree item) {
        return item instanceof Tree.Mapping(var entries, var _) && entries.get(NAME) != null
                && entries.get(NAME).value() instanceof Tree.Scalar(var name, var _) ? Optional.of(name.toString()) : Optional.empty();
    }

    private static String text(Tree tree) {
        return switch (tree) {
            case Tree.Mapping(var entries, var _) -> entries.entrySet()
                .stream()
                .map(entry -> entry.getKey() + ": " + text(entry.getValue().value()))
                .collect(Collectors.joining(", ", "{", "}"));
            case Tree.Sequence(var items, var _) -> items.stream().map(DocumentChanges::text).collect(Collectors.joining(", ", "[", "]"));
            case Tree.Scalar scalar -> scalar.shown();
            case Tree.Nothing nothing -> nothing.shown();
        };
    }
}
