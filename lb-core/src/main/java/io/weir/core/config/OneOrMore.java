package io.weir.core.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A list that may be written without brackets where it has one element: {@code accessList: office} and {@code accessList: [office, partners]}. */
record OneOrMore<T>(Shape<T> element) implements Shape<List<T>> {
    @Override
    public Optional<List<T>> read(Place place, Tree value) {
        return value instanceof Tree.Scalar ? element.read(place, value).map(List::of) : list().read(place, value);
    }

    private SequenceShape<T> list() {
        return new SequenceShape<>(element, 1);
    }

    @Override
    public String wanted() {
        return element.wanted() + ", or a list of them";
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of("anyOf", List.of(element.schema(), list().schema()));
    }

    @Override
    public Object written(List<T> value) {
        return list().written(value);
    }
}
