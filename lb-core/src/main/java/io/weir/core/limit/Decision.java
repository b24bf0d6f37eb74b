package io.weir.core.limit;

/** What becomes of a client at a listener: a {@link Place}, or the reason why not. */
public sealed interface Decision permits Place, Refusal {}
