package io.weir.core.model;

/** What the operator wants of a backend; it is part of the configuration and so survives a restart. */
public enum AdminState {
    /** Takes new connections while its health allows. */
    ENABLED,
    /** Takes no new connection; existing ones live on until they end or the pool's drain time is over. */
    DRAIN,
    /** Takes none, existing ones are cut, and it is not probed. */
    DISABLED
}
