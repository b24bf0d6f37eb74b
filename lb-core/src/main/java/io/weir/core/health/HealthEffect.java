package io.weir.core.health;

import io.weir.core.health.BackendStatus.By;
import io.weir.core.model.Quorum;
import io.weir.core.model.Tier;
import java.time.Instant;

/** What an event in the health of backends brings about, for the one who holds clocks and sockets. */
public sealed interface HealthEffect {

    /** A backend is in another state: to be published and told. */
    record BackendChanged(BackendKey backend, BackendState from, BackendState to, Reason reason, By by,
            Instant at) implements HealthEffect {}

    /** A backend's weight counts for more or less than before: to be published. */
    record WeightChanged(BackendKey backend) implements HealthEffect {}

    /** A pool's traffic goes to another tier: to be published and told. */
    record TierChanged(String pool, Tier from, Tier to, Reason reason, Instant at) implements HealthEffect {}

    /**
     * A pool lost its quorum or has it again: to be published and told.
     *
     * @param weight that is in service now
     */
    record QuorumChanged(String pool, boolean held, int weight, Quorum rule, Instant at) implements HealthEffect {}

    /** Traffic would have taken out a member and was not allowed to: to be told, once until the member changes. */
    record EjectionRefused(BackendKey backend, Reason reason, EjectionLimit limit, Instant at) implements HealthEffect {}

    /** A backend is in doubt: to be probed at once. */
    record ProbeNow(BackendKey backend) implements HealthEffect {}
}
