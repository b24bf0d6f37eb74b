package io.weir.core.config;

import io.weir.core.model.Failover;
import io.weir.core.model.Failover.Failback;
import io.weir.core.model.Failover.When;
import io.weir.core.model.Percent;
import io.weir.core.model.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The keys of a pool's {@code failover}. */
final class FailoverKeys {
    private static final String NONE_HEALTHY = "none-healthy";

    static final Key<Percent> BELOW = Key.required("below", Scalars.percent(1, 100),
            "The usable share of the primary zones' weight below which traffic leaves.");
    static final MappingShape<When> BELOW_FORM = MappingShape.of(List.of(BELOW), fields -> new When.Below(fields.get(BELOW)));
    private static final Shape<When> WHEN_SHAPE = new ScalarOr<>(Scalars.choice(Map.of(NONE_HEALTHY, new When.NoneHealthy()), List.of()),
            BELOW_FORM);

    static final Key<When> WHEN = Key.otherwise("when", WHEN_SHAPE, Failover.DEFAULT.when(),
            "When traffic leaves the primary zones: when none of their backends is usable, or {below: 50%}.");
    static final Key<Duration> HOLD_DOWN = Key.otherwise("holdDown", Scalars.duration(Duration.ZERO, Failover.MAX_HOLD_DOWN),
            Failover.DEFAULT_HOLD_DOWN, "How long the primary zones must have been good without a break before traffic returns.");
    static final Key<Failback> FAILBACK = Key.otherwise("failback", Scalars.lowerCase(Failback.values()), Failback.AUTOMATIC,
            "How traffic returns: by itself, or with weir zone failback.");
    static final Key<Boolean> SPILL = Key.otherwise("spill", Scalars.flag(), false,
            "Whether backup zones take what the primary ones cannot carry; false: all traffic is in one tier.");
    static final Key<Tier> PIN = Key.optional("pin", Scalars.lowerCase(Tier.values()),
            "Holds traffic in that tier as long as it has a usable backend; weir zone failover and failback write it.");

    static final MappingShape<Failover> SHAPE = MappingShape.of(List.of(WHEN, HOLD_DOWN, FAILBACK, SPILL, PIN),
            fields -> new Failover(fields.get(WHEN), fields.get(HOLD_DOWN), fields.get(FAILBACK), fields.get(SPILL), fields.given(PIN)));

    private FailoverKeys() {}
}
