package io.weir.core.config;

import io.weir.core.model.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The routes of a listener: a list, since their order counts, whose names are unique all the same. */
record RouteList(Shape<Route> route) implements Shape<List<Route>> {
    @Override
    public Optional<List<Route>> read(Place place, Tree value) {
        if (value instanceof Tree.Sequence(var items, var _)) {
            refuseSharedNames(place, items);
        }
        return new SequenceShape<>(route, 0).read(place, value);
    }

    private static void refuseSharedNames(Place place, List<Tree> routes) {
        Map<Object, Integer> firstByName = new HashMap<>();
        for (int i = 0; i < routes.size(); i++) {
            if (routes.get(i) instanceof Tree.Mapping(var entries, var _)
                    && entries.get(RouteKeys.NAME.name()) instanceof Tree.Entry(Position keyAt, Tree.Scalar name)) {
                Integer first = firstByName.putIfAbsent(name.value(), i);
                if (first != null) {
                    place.child("[" + i + "]", keyAt)
                        .child(RouteKeys.NAME.name(), keyAt)
                        .problem(name, "a name that routes[" + first + "] does not have");
                }
            }
        }
    }

    @Override
    public String wanted() {
        return "a list of routes";
    }

    @Override
    public Map<String, Object> schema() {
        return new SequenceShape<>(route, 0).schema();
    }

    @Override
    public Object written(List<Route> routes) {
        return routes;
    }
}
