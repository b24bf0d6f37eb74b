package io.weir.core.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A list of exactly one target: several with weights come with the traffic splitting of a later issue, in the same place. */
record OneTarget(MappingShape<String> target) implements Shape<String> {
    @Override
    public Optional<String> read(Place place, Tree value) {
        if (!(value instanceof Tree.Sequence(var items, var _)) || items.isEmpty()) {
            place.problem(value, wanted());
            return Optional.empty();
        }
        if (items.size() > 1) {
            place.problem(value, items.size() + " targets", "one (several are " + Key.NOT_YET + ")");
        }
        Optional<String> first = Optional.empty();
        for (int i = items.size() - 1; i >= 0; i--) {
            first = target.read(place.child("[" + i + "]", items.get(i).at()), items.get(i));
        }
        return first;
    }

    @Override
    public String wanted() {
        return "a list of one {pool: NAME}";
    }

    @Override
    public Map<String, Object> schema() {
        return Scalars.ordered("type", "array", "items", target.schema(), "minItems", 1, "maxItems", 1);
    }

    @Override
    public Object written(String value) {
        return List.of(Map.of("pool", value));
    }
}
