package io.weir.core.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One pass over one file: what was found wrong so far, and which names the file defines. Confined to the thread that made it. */
final class Reading {
    private static final Comparator<Problem> BY_PLACE = Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

    private final String file;
    private final Tree.Mapping root;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private final Map<String, Object> definitions = new HashMap<>();

    Reading(String file, Tree.Mapping root) {
        this.file = file;
        this.root = root;
    }

    void add(Problem problem) {
        problems.add(problem);
    }

    void problem(Position at, String field, String found, String wanted) {
        problems.add(new Problem(file, at.line(), at.column(), field, found, wanted));
    }

    void warning(Position at, String field, String found, String wanted) {
        warnings.add(new Problem(file, at.line(), at.column(), field, found, wanted));
    }

    int problemCount() {
        return problems.size();
    }

    /** By place; what has none stays in the order in which it was found. */
    List<Problem> problems() {
        return problems.stream().sorted(BY_PLACE).toList();
    }

    List<Problem> warnings() {
        return warnings.stream().sorted(BY_PLACE).toList();
    }

    /** The keys of the top-level mapping {@code section}, whether or not their values are right. */
    Set<String> names(String section) {
        Tree.Entry entry = root.entries().get(section);
        return entry != null && entry.value() instanceof Tree.Mapping(var entries, var _) ? entries.keySet() : Set.of();
    }

    /** Keeps the value of {@code section.name} for those who refer to it. */
    void define(String section, String name, Object value) {
        definitions.put(section + "." + name, value);
    }

    /** What was defined; empty when it was wrong, which is a problem already. */
    <T> Optional<T> definition(String section, String name, Class<T> type) {
        return Optional.ofNullable(definitions.get(section + "." + name)).map(type::cast);
    }
}
