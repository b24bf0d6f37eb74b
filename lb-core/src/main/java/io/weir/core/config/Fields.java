package io.weir.core.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values of one mapping, by the keys that read them. Confined to the reading. */
final class Fields {
    private final Place place;
    private final Tree.Mapping mapping;
    private final Map<String, Object> values;

    Fields(Place place, Tree.Mapping mapping, Map<String, Object> values) {
        this.place = place;
        this.mapping = mapping;
        this.values = values;
    }

    /** The key of this mapping in its parent: the name of a pool in {@code pools}. */
    String name() {
        return place.key();
    }

    Reading reading() {
        return place.reading();
    }

    /** The value that was read; empty when it is absent or wrong. */
    @SuppressWarnings("unchecked") // only MappingShape fills the map, with what the key's own shape returned
    <T> Optional<T> given(Key<T> key) {
        return Optional.ofNullable((T) values.get(key.name()));
    }

    /** The value, or what the key stands for when absent; for a required key only where nothing is wrong. */
    <T> T get(Key<T> key) {
        return given(key).or(key::otherwise).orElseThrow(() -> new IllegalStateException(key.name() + " has no value and no default"));
    }

    /** True when the key stands in the file, rightly or wrongly. */
    boolean has(Key<?> key) {
        return mapping.entries().containsKey(key.name());
    }

    /** True when a list without elements stands at the key. */
    boolean hasEmptyList(Key<?> key) {
        return mapping.entries().get(key.name()) instanceof Tree.Entry(var _, Tree.Sequence(var items, var _)) && items.isEmpty();
    }

    /** A problem of the value at {@code key}, or of the whole mapping when the key is absent. */
    void problem(Key<?> key, String found, String wanted) {
        Tree.Entry entry = mapping.entries().get(key.name());
        Position at = entry == null ? place.keyAt() : entry.value().at();
        reading().problem(at, Field.join(place.field(), key.name()), found, wanted);
    }

    /** A warning about the element {@code name} of the mapping at {@code key}. */
    void warn(Key<?> key, String name, String found, String wanted) {
        if (mapping.entries().get(key.name()) instanceof Tree.Entry(var _, Tree.Mapping(var entries, var _)) && entries.get(name) != null) {
            reading().warning(entries.get(name).keyAt(), Field.join(Field.join(place.field(), key.name()), name), found, wanted);
        }
    }

    /** A problem of the value at the end of {@code path}, which starts in this mapping. */
    void problemAt(List<String> path, String wanted) {
        Tree value = mapping;
        Place here = place;
        for (String key : path) {
            if (!(value instanceof Tree.Mapping(var entries, var _)) || entries.get(key) == null) {
                throw new IllegalArgumentException("there is no " + path);
            }
            here = here.child(key, entries.get(key).keyAt());
            value = entries.get(key).value();
        }
        here.problem(value, wanted);
    }

    /** The text at {@code inner} of every element of the mapping at {@code key}, by the element's name. */
    Map<String, String> texts(Key<?> key, String inner) {
        Map<String, String> textByName = new LinkedHashMap<>();
        if (mapping.entries().get(key.name()) instanceof Tree.Entry(var _, Tree.Mapping(var elements, var _))) {
            elements.forEach((name, element) -> {
                if (element.value() instanceof Tree.Mapping(var entries, var _)
                        && entries.get(inner) instanceof Tree.Entry(var _, Tree.Scalar(String text, var _))) {
                    textByName.put(name, text);
                }
            });
        }
        return textByName;
    }

    boolean isEmpty() {
        return mapping.entries().isEmpty();
    }
}
