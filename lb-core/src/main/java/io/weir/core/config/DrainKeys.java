package io.weir.core.config;

import io.weir.core.model.Draining;
import io.weir.core.model.Draining.Occasion;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The keys of a pool's {@code drain}. */
final class DrainKeys {
    private static final Shape<Duration> TIME = Scalars.duration(Duration.ZERO, Draining.MAX_TIMEOUT);

    static final Key<Duration> TIMEOUT = Key.otherwise("timeout", TIME, Draining.DEFAULT_TIMEOUT,
            "How long connections live on; then they are cut.");
    static final Key<List<Occasion>> ON = Key.otherwise("on",
            new SequenceShape<>(Scalars.choice(Scalars.words(Occasion.values(), Occasion::text), List.of()), 0), List.of(Occasion.REMOVAL),
            "Occasions that start it, beside weir backend drain; on others connections live until they end by themselves.");
    static final MappingShape<Draining> FORM = MappingShape.of(List.of(TIMEOUT, ON),
            fields -> new Draining(fields.get(TIMEOUT), Set.copyOf(fields.get(ON))));
    static final Shape<Draining> SHAPE = new ScalarOr<>(TIME.map(Draining::after, Draining::timeout), FORM);

    private DrainKeys() {}
}
