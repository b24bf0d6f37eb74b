package io.weir.core.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value that has a short form, one word, and a long one, a mapping: {@code drain: 300s} and {@code drain: {timeout: 300s, on: [removal]}}. */
record ScalarOr<T>(Shape<T> word, Shape<T> mapping) implements Shape<T> {
    @Override
    public Optional<T> read(Place place, Tree value) {
        return switch (value) {
            case Tree.Mapping _ -> mapping.read(place, value);
            case Tree.Scalar _ -> word.read(place, value);
            case Tree.Sequence _,Tree.Nothing _ -> {
                place.problem(value, wanted());
                yield Optional.empty();
            }
        };
    }

    @Override
    public String wanted() {
        return word.wanted() + ", or a mapping";
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of("anyOf", List.of(word.schema(), mapping.schema()));
    }

    @Override
    public Object written(T value) {
        return word.written(value);
    }
}
