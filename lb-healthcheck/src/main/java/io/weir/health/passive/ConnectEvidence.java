package io.weir.health.passive;

import io.weir.core.health.BackendKey;
import io.weir.core.health.EvidenceSink.ConnectFailure;

/** One failed connect, as {@link io.weir.core.health.EvidenceSink} took it. */
public record ConnectEvidence(BackendKey backend, ConnectFailure cause, int inARow) {}
