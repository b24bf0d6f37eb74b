package io.weir.core.config;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a value of a file must look like. One shape reads the value, words the message when it is wrong, and writes its part of the JSON
 * Schema, so that the three cannot disagree. Immutable, any thread.
 */
interface Shape<T> {
    /** The value; empty after telling the reading what is wrong. */
    Optional<T> read(Place place, Tree value);

    /** What is right, for messages and the reference: {@code 0..100}. */
    String wanted();

    /** The JSON Schema (2020-12) of the value. */
    Map<String, Object> schema();

    /** {@code value} as a file writes it. */
    default Object written(T value) {
        return value;
    }

    /** The same values as another type. */
    default <U> Shape<U> map(Function<T, U> to, Function<U, T> from) {
        Shape<T> shape = this;
        return new Shape<>() {
            @Override
            public Optional<U> read(Place place, Tree value) {
                return shape.read(place, value).map(to);
            }

            @Override
            public String wanted() {
                return shape.wanted();
            }

            @Override
            public Map<String, Object> schema() {
                return shape.schema();
            }

            @Override
            public Object written(U value) {
                return shape.written(from.apply(value));
            }
        };
    }
}
