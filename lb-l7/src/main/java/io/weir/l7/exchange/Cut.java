package io.weir.l7.exchange;

/** Why an exchange ended without a whole answer and without one of our own, or a connection in spite of its client. */
public enum Cut {
    CLIENT_GONE("client closed the connection"),
    CLIENT_STALLED("client did not read in time"),
    CLIENT_TOO_SLOW("client read too slowly"),
    CLIENT_EVICTED("client held too much memory for too long"),
    CLIENT_MALFORMED("client sent a malformed body after the answer had begun"),
    BACKEND_LOST("backend closed the connection in the middle of its answer"),
    BACKEND_STALLED("backend paused too long in the middle of its answer"),
    BACKEND_MALFORMED("backend sent a malformed body"),
    BACKEND_REMOVED("backend was taken out of service"),
    CLIENT_RESET("client reset the stream"),
    CLIENT_BROKE_HTTP2("client broke HTTP/2"),
    CLIENT_FLOODED("client sent too much of what costs more than it brings"),
    KICKED("operator ended the connection");

    private final String text;

    Cut(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
