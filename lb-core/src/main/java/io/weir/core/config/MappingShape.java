package io.weir.core.config;

import io.weir.core.config.Key.Need;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A mapping whose keys are known: the rows of the table that loader, schema and reference share.
 *
 * @param check finds what is wrong between keys; runs also when single keys are wrong
 * @param build makes the value; runs only when nothing is wrong
 */
record MappingShape<T>(List<Key<?>> keys, Consumer<Fields> check, Function<Fields, T> build) implements Shape<T> {
    MappingShape {
        keys = List.copyOf(keys);
    }

    static <T> MappingShape<T> of(List<Key<?>> keys, Function<Fields, T> build) {
        return new MappingShape<>(keys, _ -> {}, build);
    }

    @SafeVarargs
    static List<Key<?>> keys(Collection<Key<?>>... groups) {
        List<Key<?>> all = new ArrayList<>();
        for (Collection<Key<?>> group : groups) {
            all.addAll(group);
        }
        return all;
    }

    @Override
    public Optional<T> read(Place place, Tree value) {
        return read(place, value, Map.of());
    }

    /** @param elsewhere for keys that this mapping does not have: when it would have them */
    Optional<T> read(Place place, Tree value, Map<String, String> elsewhere) {
        if (!(value instanceof Tree.Mapping mapping)) {
            place.problem(value, wanted());
            return Optional.empty();
        }
        int problemsBefore = place.reading().problemCount();
        Fields fields = new Fields(place, mapping, values(place, mapping));
        refuseUnknown(place, mapping, elsewhere);
        refuseMissing(fields);
        check.accept(fields);
        return place.reading().problemCount() == problemsBefore ? Optional.of(build.apply(fields)) : Optional.empty();
    }

    /** In the order of the table, so that what later keys refer to has been read. */
    private Map<String, Object> values(Place place, Tree.Mapping mapping) {
        Map<String, Object> values = new HashMap<>();
        for (Key<?> key : keys) {
            Tree.Entry entry = mapping.entries().get(key.name());
            if (entry != null) {
                key.shape().read(place.child(key.name(), entry.keyAt()), entry.value()).ifPresent(read -> values.put(key.name(), read));
            }
        }
        return values;
    }

    private void refuseUnknown(Place place, Tree.Mapping mapping, Map<String, String> elsewhere) {
        List<String> known = keys.stream().map(Key::name).toList();
        mapping.entries().forEach((name, entry) -> {
            if (!known.contains(name)) {
                place.child(name, entry.keyAt()).problemAtKey("unknown key", elsewhere.getOrDefault(name, insteadOf(name)));
            }
        });
    }

    private String insteadOf(String unknown) {
        List<String> served = keys.stream().filter(key -> key.need() != Need.LATER).map(Key::name).toList();
        return Nearest.to(unknown, served).orElseGet(() -> "one of " + String.join(", ", served));
    }

    private void refuseMissing(Fields fields) {
        for (Key<?> key : keys) {
            if (key.need() == Need.REQUIRED && !fields.has(key) && !replaced(fields, key)) {
                fields.problem(key, "nothing", key.shape().wanted());
            }
        }
    }

    /** A later key that stands in for the required one is refused itself, and that is enough. */
    private boolean replaced(Fields fields, Key<?> required) {
        return keys.stream().anyMatch(key -> key.insteadOf().equals(required.name()) && fields.has(key));
    }

    @Override
    public String wanted() {
        return "a mapping";
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (Key<?> key : keys) {
            if (key.need() != Need.LATER) {
                properties.put(key.name(), property(key));
            }
            if (key.need() == Need.REQUIRED) {
                required.add(key.name());
            }
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }

    private static Map<String, Object> property(Key<?> key) {
        Map<String, Object> property = new LinkedHashMap<>();
        property.put("description", key.sentence() + " (" + key.shape().wanted() + ")");
        if (!"".equals(key.writtenDefault())) {
            property.put("default", key.writtenDefault());
        }
        property.putAll(key.shape().schema());
        return property;
    }
}
