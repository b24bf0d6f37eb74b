package io.weir.core.health;

/** How a backend failed traffic. */
public enum TrafficFailure {
    /** It could not be connected. */
    CONNECT_FAILED("connect failed", true),
    /** It reset or closed a connection before a byte of an answer. */
    RESET("connection reset", true),
    /** It did not answer in time. */
    TIMED_OUT("response timed out", true),
    /** It answered 502, 503 or 504. */
    GATEWAY_ERROR("gateway error", false),
    /** It answered another 5xx. */
    SERVER_ERROR("server error", false);

    private final String text;
    private final boolean local;

    TrafficFailure(String text, boolean local) {
        this.text = text;
        this.local = local;
    }

    public String text() {
        return text;
    }

    /** Whether it gave no answer at all. */
    public boolean local() {
        return local;
    }
}
