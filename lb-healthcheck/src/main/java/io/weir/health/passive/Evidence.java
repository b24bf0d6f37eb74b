package io.weir.health.passive;

import io.weir.core.health.BackendKey;
import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.health.FailuresInARow;

/** What {@link io.weir.core.health.EvidenceSink} took. */
public sealed interface Evidence {
    /** One failed connect. */
    record Connect(BackendKey backend, ConnectFailure cause, int inARow) implements Evidence {}

    /** Failures that have reached a threshold. */
    record Failures(BackendKey backend, FailuresInARow failures) implements Evidence {}
}
