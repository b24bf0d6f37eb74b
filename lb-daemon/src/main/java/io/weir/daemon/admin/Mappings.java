package io.weir.daemon.admin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Copies of the mappings in documents, to be changed. Any thread. */
final class Mappings {
    private Mappings() {
    }

    /** A copy of a mapping in its order; of anything else, an empty one. */
    static Map<String, @Nullable Object> of(Optional<Object> value) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        if (value.orElse(null) instanceof Map<?, ?> mapping) {
            mapping.forEach((key, inner) -> copy.put(String.valueOf(key), inner));
        }
        return copy;
    }
}
