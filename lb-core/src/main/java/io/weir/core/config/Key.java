package io.weir.core.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One key of a mapping.
 *
 * @param otherwise the value when the key is absent; empty when absence is a case of its own
 * @param insteadOf the required key that a later key stands in for; empty: none
 * @param sentence what the key does, for the schema and the reference
 */
record Key<T>(String name, Shape<T> shape, Need need, Optional<T> otherwise, String insteadOf, String sentence) {
    /** Whether a key must, may or must not yet stand in its mapping. */
    enum Need {
        REQUIRED, OPTIONAL, LATER
    }

    static final String NOT_YET = "not supported yet";

    private static final Shape<Object> LATER = new Shape<>() {
        @Override
        public Optional<Object> read(Place place, Tree value) {
            place.problemAtKey(value.shown(), "no such key: " + NOT_YET);
            return Optional.empty();
        }

        @Override
        public String wanted() {
            return NOT_YET;
        }

        @Override
        public Map<String, Object> schema() {
            return Map.of("not", Map.of());
        }
    };

    static <T> Key<T> required(String name, Shape<T> shape, String sentence) {
        return new Key<>(name, shape, Need.REQUIRED, Optional.empty(), "", sentence);
    }

    static <T> Key<T> optional(String name, Shape<T> shape, String sentence) {
        return new Key<>(name, shape, Need.OPTIONAL, Optional.empty(), "", sentence);
    }

    static <T> Key<T> otherwise(String name, Shape<T> shape, T value, String sentence) {
        return new Key<>(name, shape, Need.OPTIONAL, Optional.of(value), "", sentence);
    }

    /** Keys that the product will have: refused, never ignored. */
    static List<Key<?>> later(String... names) {
        return laterInsteadOf("", names);
    }

    /** Later keys in whose presence nobody misses {@code required}: {@code redirect} for {@code forward}. */
    static List<Key<?>> laterInsteadOf(String required, String... names) {
        return List.of(names).stream().<Key<?>>map(name -> new Key<>(name, LATER, Need.LATER, Optional.empty(), required, "")).toList();
    }

    /** The same, but that it may be absent. */
    Key<T> notRequired() {
        return need == Need.REQUIRED ? optional(name, shape, sentence) : this;
    }

    Object writtenDefault() {
        return otherwise.map(shape::written).map(Object.class::cast).orElse("");
    }
}
