package io.weir.net;

/** Why a relayed connection ended. */
public enum CloseReason {
    /** Both sides had sent all that they had. */
    COMPLETED("completed", false),
    /** The client reset it. */
    CLIENT_RESET("client-reset", true),
    /** The backend reset it. */
    BACKEND_RESET("backend-reset", true),
    /** Nothing moved for the idle timeout. */
    IDLE("idle", false),
    /** The stream did not begin as the listener demands: a PROXY header that is wrong, missing or cut off. */
    BAD_PREFACE("bad-preface", true),
    /** What the stream must begin with did not come in time. */
    PREFACE_TIMEOUT("preface-timeout", true),
    /** The client's TLS handshake failed: it or we did not agree to the other's terms. */
    HANDSHAKE_FAILED("handshake-failed", false),
    /** The client's TLS handshake was not over in time. */
    HANDSHAKE_TIMEOUT("handshake-timeout", true),
    /** No pool is named for the server name that the client asks for. */
    NO_ROUTE("no-route", true),
    /** The policy did not want it once it knew whose it was. */
    REFUSED("refused", true),
    /** The policy had no backend, or none was left to try. */
    NO_BACKEND("no-backend", true),
    /** No backend had taken the connection when the connect timeout was over. */
    CONNECT_TIMEOUT("connect-timeout", true),
    /** Descriptors or memory had run out for as long as the connect timeout. */
    EXHAUSTED("exhausted", true),
    /** Its backend was taken out, and what it carries can go on elsewhere (UDP). */
    BACKEND_GONE("backend-gone", true),
    /** Its listener, its backend or the process was drained and the time for that was over. */
    DRAINED("drained", true),
    /** An operator ended it. */
    KICKED("kicked", true),
    /** A fault of our own; the log has it. */
    FAULT("fault", true);

    private final String text;

    private final boolean resets;

    CloseReason(String text, boolean resets) {
        this.text = text;
        this.resets = resets;
    }

    /** The name in counters and logs. */
    public String text() {
        return text;
    }

    /** Whether the sockets are closed with a reset: the connection was cut, and nobody may take it for a proper end. */
    boolean resets() {
        return resets;
    }
}
