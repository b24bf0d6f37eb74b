package io.weir.core.config;

import io.weir.core.model.StatusSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An HTTP status class such as {@code 2xx} or a code such as 204, which YAML reads as a number. */
record StatusShape() implements Shape<String> {
    @Override
    public Optional<String> read(Place place, Tree value) {
        if (value instanceof Tree.Scalar(var plain, var _) && (plain instanceof String || plain instanceof Long)
                && valid(plain.toString())) {
            return Optional.of(plain.toString());
        }
        place.problem(value, wanted());
        return Optional.empty();
    }

    private static boolean valid(String text) {
        try {
            StatusSet.of(List.of(text));
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    @Override
    public String wanted() {
        return StatusSet.WANTED;
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of("anyOf", List.of(Map.of("type", "string", "pattern", "^[1-5](xx|[0-9][0-9])$"),
                Map.of("type", "integer", "minimum", 100, "maximum", 599)));
    }
}
