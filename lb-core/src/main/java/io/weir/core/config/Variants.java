package io.weir.core.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A mapping whose keys depend on the word at one of them: a listener's on its {@code protocol}.
 *
 * @param by the key that decides; it stands in no variant's own keys
 * @param shapeByWord in the order of the messages
 * @param union the keys of all variants, for a mapping whose word is missing or wrong: its other mistakes are found all the same
 */
record Variants<T>(Key<String> by, Map<String, MappingShape<? extends T>> shapeByWord, MappingShape<T> union) implements Shape<T> {
    static <T> Variants<T> of(String by, String sentence, Map<String, MappingShape<? extends T>> shapeByWord, List<String> later) {
        Key<String> key = Key.required(by, Scalars.choice(Scalars.words(shapeByWord.keySet()), later), sentence);
        Map<String, MappingShape<? extends T>> shapes = new LinkedHashMap<>();
        shapeByWord.forEach((word, shape) -> shapes.put(word, withWord(key, shape)));
        return new Variants<>(key, shapes, union(shapes));
    }

    private static <U> MappingShape<U> withWord(Key<String> by, MappingShape<U> shape) {
        return new MappingShape<>(MappingShape.keys(List.of(by), shape.keys()), shape.check(), shape.build());
    }

    /** A key that one variant serves wins over the same key that another will serve later; what only some variants require nobody misses. */
    private static <T> MappingShape<T> union(Map<String, MappingShape<? extends T>> shapes) {
        Map<String, Key<?>> keyByName = new LinkedHashMap<>();
        for (MappingShape<? extends T> shape : shapes.values()) {
            for (Key<?> key : shape.keys()) {
                keyByName.merge(key.name(), key, (first, second) -> first.need() == Key.Need.LATER ? second : first);
            }
        }
        keyByName.replaceAll((name, key) -> shapes.values().stream().allMatch(shape -> has(shape, name)) ? key : key.notRequired());
        return MappingShape.of(new ArrayList<>(keyByName.values()), _ -> {
            throw new IllegalStateException("a mapping of no variant has a problem and is not built");
        });
    }

    private static boolean has(MappingShape<?> shape, String key) {
        return shape.keys().stream().anyMatch(each -> each.name().equals(key));
    }

    @Override
    public Optional<T> read(Place place, Tree value) {
        MappingShape<? extends T> shape = shapeByWord.get(word(value));
        return shape == null ? union.read(place, value) : shape.read(place, value, elsewhere(shape)).map(read -> read);
    }

    private String word(Tree value) {
        return value instanceof Tree.Mapping(var entries, var _) && entries.get(by.name()) != null
                && entries.get(by.name()).value() instanceof Tree.Scalar(String word, var _) ? word : "";
    }

    private Map<String, String> elsewhere(MappingShape<? extends T> chosen) {
        Map<String, Set<String>> wordsByKey = new LinkedHashMap<>();
        shapeByWord.forEach(
                (word, shape) -> shape.keys().forEach(key -> wordsByKey.computeIfAbsent(key.name(), _ -> new LinkedHashSet<>()).add(word)));
        chosen.keys().forEach(key -> wordsByKey.remove(key.name()));
        return wordsByKey.entrySet()
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey,
                    entry -> "it only with " + by.name() + " " + Scalars.alternatives(List.copyOf(entry.getValue()))));
    }

    @Override
    public String wanted() {
        return "a mapping";
    }

    @Override
    public Map<String, Object> schema() {
        List<Object> alternatives = new ArrayList<>();
        shapeByWord.forEach((word, shape) -> alternatives.add(narrowed(shape.schema(), word)));
        return Map.of("oneOf", alternatives);
    }

    @SuppressWarnings("unchecked") // MappingShape's own schema has properties of this type
    private Map<String, Object> narrowed(Map<String, Object> schema, String word) {
        Map<String, Object> properties = new LinkedHashMap<>((Map<String, Object>) schema.get("properties"));
        properties.put(by.name(), Scalars.ordered("description", by.sentence(), "const", word));
        Map<String, Object> narrowed = new LinkedHashMap<>(schema);
        narrowed.put("properties", properties);
        return narrowed;
    }
}
