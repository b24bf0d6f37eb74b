package io.weir.core.limit;

/** Why a listener did not take a client: the same words for every protocol, in counters, lists and metrics. */
public enum Refusal implements Decision {
    /** Its access lists keep the client out. */
    ACCESS_LIST("access-list"),
    /** The client's address has as many connections as one may have. */
    SOURCE_FULL("source-max-connections"),
    /** More new connections came than may in a second. */
    TOO_FAST("connections-per-second"),
    /** As many connections as the listener takes are open, or it has not yet emptied enough since. */
    LISTENER_FULL("max-connections"),
    /** The listener was being removed. */
    NOT_SERVED("not-served");

    private final String text;

    Refusal(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
