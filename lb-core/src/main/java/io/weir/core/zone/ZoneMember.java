package io.weir.core.zone;

import io.weir.core.model.Tier;
import java.util.Optional;

/** A member of a pool as the rules of zones see it. A value. */
public interface ZoneMember {
    Tier tier();

    Optional<String> zone();

    Standing standing();

    /** As the operator set it, 0..100: what it is worth when all is well. */
    int configuredWeight();

    /** What it takes now, 1..100 unless it is {@link Standing#OUT}: less than configured while it warms up. */
    int effectiveWeight();
}
