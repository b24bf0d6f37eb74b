package io.weir.core.health;

/** The states of a backend, one list for the API, the command, metrics and the log. */
public enum BackendState {
    /** No result yet: used only where its tier has no healthy member. */
    CHECKING,
    HEALTHY,
    /** Healthy, with a weight that still grows. */
    WARMING,
    /** Taken out by evidence from traffic. */
    EJECTED,
    /** Taken out by its health check. */
    UNHEALTHY,
    /** Told to go by the operator; connections are left. */
    DRAINING,
    /** Told to go by the operator; no connection is left. */
    DRAINED,
    DISABLED;

    /** Takes new connections without reservation. */
    public boolean live() {
        return this == HEALTHY || this == WARMING;
    }

    /** As users see it: {@code healthy}. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
