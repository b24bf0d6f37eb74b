package io.weir.core.config;

import io.weir.core.model.HealthCheck;
import io.weir.core.model.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pool's health check: {@code none}, the name of a template, or a mapping of its own. */
record PoolCheckShape() implements Shape<PoolCheckShape.PoolCheck> {
    /** What was chosen; empty is none. */
    record PoolCheck(Optional<HealthCheck> check) {
        private static PoolCheck of(HealthCheck check) {
            return new PoolCheck(Optional.of(check));
        }
    }

    static final String NONE = "none";
    static final String TEMPLATES = "healthChecks";

    static final PoolCheck DEFAULT = PoolCheck.of(HealthCheckKeys.DEFAULT);
    private static final Shape<String> TEMPLATE = Scalars.reference(TEMPLATES, "health check");

    @Override
    public Optional<PoolCheck> read(Place place, Tree value) {
        return switch (value) {
            case Tree.Mapping _ -> HealthCheckKeys.SHAPE.read(place, value).map(PoolCheck::of);
            case Tree.Scalar(var word, var _) when word.equals(NONE) -> Optional.of(new PoolCheck(Optional.empty()));
            case Tree.Scalar(String _, var _) ->
                TEMPLATE.read(place, value)
                    .flatMap(name -> place.reading().definition(TEMPLATES, name, HealthCheck.class))
                    .map(PoolCheck::of);
            case Tree.Scalar _,Tree.Sequence _,Tree.Nothing _ -> {
                place.problem(value, wanted());
                yield Optional.empty();
            }
        };
    }

    @Override
    public String wanted() {
        return "the name of a health check, a mapping, or none";
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of("anyOf", List.of(Map.of("type", "string", "pattern", Names.PATTERN), HealthCheckKeys.SHAPE.schema()));
    }
}
