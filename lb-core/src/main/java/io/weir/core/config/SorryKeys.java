package io.weir.core.config;

import io.weir.core.model.Quorum;
import io.weir.core.model.Sorry;
import io.weir.core.model.Sorry.Page;
import java.time.Duration;
import java.util.List;

/** The keys of a pool's {@code quorum} and {@code sorry}. */
final class SorryKeys {
    static final Key<Integer> MINIMUM_WEIGHT = Key.otherwise("minimumWeight", Scalars.whole(1, Quorum.MAX_WEIGHT),
            Quorum.DEFAULT.minimumWeight(), "Sum of the usable backends' weights that a pool in service has.");
    static final Key<Integer> HYSTERESIS = Key.otherwise("hysteresis", Scalars.whole(0, Quorum.MAX_WEIGHT - 1),
            Quorum.DEFAULT.hysteresis(),
            "Lost below minimumWeight - hysteresis, regained at minimumWeight + hysteresis; below minimumWeight.");
    static final MappingShape<Quorum> QUORUM = new MappingShape<>(List.of(MINIMUM_WEIGHT, HYSTERESIS), SorryKeys::check,
            fields -> new Quorum(fields.get(MINIMUM_WEIGHT), fields.get(HYSTERESIS)));

    static final Key<Integer> STATUS = Key.otherwise("status", Scalars.whole(200, 599), Page.DEFAULT_STATUS, "Of the answer.");
    static final Key<String> BODY = Key.otherwise("body", Scalars.text(0, Page.MAX_BODY_CHARS), "", "Of the answer.");
    static final Key<Duration> RETRY_AFTER = Key.otherwise("retryAfter", Scalars.duration(Duration.ZERO, Page.MAX_RETRY_AFTER),
            Page.DEFAULT_RETRY_AFTER, "Told to clients as Retry-After, in whole seconds; 0s: not told.");
    static final MappingShape<Sorry> SORRY = MappingShape.of(List.of(STATUS, BODY, RETRY_AFTER),
            fields -> new Page(fields.get(STATUS), fields.get(BODY), fields.get(RETRY_AFTER)));

    private SorryKeys() {}

    private static void check(Fields fields) {
        if (fields.get(HYSTERESIS) >= fields.get(MINIMUM_WEIGHT)) {
            fields.problem(HYSTERESIS, String.valueOf(fields.get(HYSTERESIS)), "less than minimumWeight, " + fields.get(MINIMUM_WEIGHT));
        }
    }
}
