package io.weir.core.config;

import io.weir.core.model.Names;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A mapping from names that the operator gives to values of one shape, such as {@code pools}.
 *
 * @param kind the noun of one element: {@code pool}
 */
record NamedShape<T>(String kind, Shape<T> element) implements Shape<Map<String, T>> {
    /** For the element of a wrong name, so that its own mistakes are found too. */
    private static final String STAND_IN = "unnamed";

    @Override
    public Optional<Map<String, T>> read(Place place, Tree value) {
        if (!(value instanceof Tree.Mapping(var entries, var _))) {
            place.problem(value, wanted());
            return Optional.empty();
        }
        Map<String, T> byName = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            Place child = place.child(name, entry.keyAt());
            if (!Names.valid(name)) {
                child.problemAtKey(new Tree.Scalar(name, entry.keyAt()).shown(), "a name: " + Names.RULE);
            }
            element.read(child.called(Names.valid(name) ? name : STAND_IN), entry.value()).ifPresent(read -> byName.put(name, read));
        });
        return Optional.of(byName);
    }

    @Override
    public String wanted() {
        return "a mapping of " + kind + " names";
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("propertyNames", Map.of("pattern", Names.PATTERN));
        schema.put("additionalProperties", element.schema());
        return schema;
    }
}
