package io.weir.core.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A list of values of one shape; {@code least} is the fewest elements. */
record SequenceShape<T>(Shape<T> element, int least) implements Shape<List<T>> {
    @Override
    public Optional<List<T>> read(Place place, Tree value) {
        if (!(value instanceof Tree.Sequence(var items, var _)) || items.size() < least) {
            place.problem(value, wanted());
            return Optional.empty();
        }
        List<T> read = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            element.read(place.child("[" + i + "]", items.get(i).at()), items.get(i)).ifPresent(read::add);
        }
        return Optional.of(List.copyOf(read));
    }

    @Override
    public String wanted() {
        return "a list, each " + element.wanted();
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "array");
        schema.put("items", element.schema());
        if (least > 0) {
            schema.put("minItems", least);
        }
        return schema;
    }

    @Override
    public Object written(List<T> value) {
        return value.stream().map(element::written).toList();
    }
}
