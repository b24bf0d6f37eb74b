package io.weir.l7.guard;

import io.weir.core.model.Desync;
import io.weir.l7.head.Scan;

/**
 * What the guard says of a message: fine, or the gravest thing that it found. How grave that is for a request its {@link Framing} tells;
 * what is not a matter of framing, but of limits, is refused always. A bad answer of a backend is always a 502 to the client.
 */
public enum Verdict {
    OK(0, Framing.COMPLIANT, "fine"),

    EMPTY_LINE_FIRST(400, Framing.ACCEPTABLE, "empty line before the request"),
    PADDED_LENGTH(400, Framing.ACCEPTABLE, "Content-Length has leading zeros"),
    UNUSUAL_BODY(400, Framing.ACCEPTABLE, "GET, HEAD, DELETE or TRACE announces a body"),
    IDLE_EXPECTATION(400, Framing.ACCEPTABLE, "Expect without a body"),
    ALIASED_FIELD(400, Framing.ACCEPTABLE, "field name with underscores for hyphens"),

    REPEATED_LENGTH(400, Framing.AMBIGUOUS, "Content-Length is repeated"),
    LENGTH_AND_CODING(400, Framing.AMBIGUOUS, "Content-Length and Transfer-Encoding together"),
    BODY_IN_HTTP_1_0(400, Framing.AMBIGUOUS, "body of a GET, HEAD or DELETE in HTTP/1.0"),
    OTHER_AUTHORITY(400, Framing.AMBIGUOUS, "request target and Host name different authorities"),
    BAD_CONNECTION(400, Framing.AMBIGUOUS, "Connection is not a list of tokens"),

    BAD_METHOD(400, Framing.SEVERE, "method is not a token"),
    BAD_TARGET(400, Framing.SEVERE, "request target is malformed"),
    BAD_VERSION(400, Framing.SEVERE, "version is malformed"),
    BAD_STATUS_LINE(400, Framing.SEVERE, "status line is malformed"),
    BAD_LINE_END(400, Framing.SEVERE, "line does not end in CRLF"),
    FOLDED_FIELD(400, Framing.SEVERE, "field line starts with white space"),
    BAD_FIELD_NAME(400, Framing.SEVERE, "field name is not a token"),
    BAD_FIELD_VALUE(400, Framing.SEVERE, "field value holds a control character"),
    NO_HOST(400, Framing.SEVERE, "Host is missing"),
    SEVERAL_HOSTS(400, Framing.SEVERE, "more than one Host"),
    BAD_HOST(400, Framing.SEVERE, "Host is not an authority"),
    SEVERAL_LENGTHS(400, Framing.SEVERE, "more than one Content-Length"),
    BAD_LENGTH(400, Framing.SEVERE, "Content-Length is not a number"),
    BAD_CODING(400, Framing.SEVERE, "Transfer-Encoding is not chunked"),
    CODING_IN_HTTP_1_0(400, Framing.SEVERE, "Transfer-Encoding in HTTP/1.0"),
    CUT_LENGTH(400, Framing.SEVERE, "body is not as long as Content-Length"),
    UNEXPECTED_BODY(400, Framing.SEVERE, "body in a request that takes none"),
    BAD_CHUNK(400, Framing.SEVERE, "chunk is malformed"),
    CHUNK_LINE_TOO_LONG(400, Framing.SEVERE, "chunk line is too long"),
    UNEXPECTED_UPGRADE(400, Framing.SEVERE, "upgrade that was not asked for"),

    UNSUPPORTED_VERSION(505, Framing.COMPLIANT, "version is not HTTP/1.0 or 1.1"),
    HEAD_TOO_LARGE(431, Framing.COMPLIANT, "head is too large"),
    TARGET_TOO_LONG(414, Framing.COMPLIANT, "request target is too long"),
    TOO_MANY_FIELDS(431, Framing.COMPLIANT, "too many fields"),
    CONNECT_REFUSED(501, Framing.COMPLIANT, "CONNECT is not served"),
    BODY_TOO_LARGE(413, Framing.COMPLIANT, "body is too large"),
    TRAILER_TOO_LARGE(431, Framing.COMPLIANT, "trailer is too large"),
    BAD_EXPECTATION(417, Framing.COMPLIANT, "Expect is not 100-continue");

    private final int status;
    private final Framing framing;
    private final String reason;

    Verdict(int status, Framing framing, String reason) {
        this.status = status;
        this.framing = framing;
        this.reason = reason;
    }

    /** The status that refuses a request, 0 when it is fine. */
    public int status() {
        return status;
    }

    /** Compliant also where a request costs too much or asks for what is not served. */
    public Framing framing() {
        return framing;
    }

    public String reason() {
        return reason;
    }

    /** Whether a listener that is set so refuses a request of which this is said. */
    public boolean refusedBy(Desync desync) {
        return this != OK && (framing == Framing.COMPLIANT || framing.refusedBy(desync));
    }

    /** The verdict that belongs to a fault of the scan; a partial head is no fault and has none. */
    public static Verdict of(Scan fault) {
        return switch (fault) {
            case PARTIAL -> throw new IllegalArgumentException("a partial head is not judged");
            case COMPLETE -> OK;
            case BAD_METHOD -> BAD_METHOD;
            case BAD_TARGET -> BAD_TARGET;
            case BAD_VERSION -> BAD_VERSION;
            case UNSUPPORTED_VERSION -> UNSUPPORTED_VERSION;
            case BAD_STATUS_LINE -> BAD_STATUS_LINE;
            case BAD_LINE_END -> BAD_LINE_END;
            case FOLDED_FIELD -> FOLDED_FIELD;
            case BAD_FIELD_NAME -> BAD_FIELD_NAME;
            case BAD_FIELD_VALUE -> BAD_FIELD_VALUE;
            case HEAD_TOO_LARGE -> HEAD_TOO_LARGE;
            case TARGET_TOO_LONG -> TARGET_TOO_LONG;
            case TOO_MANY_FIELDS -> TOO_MANY_FIELDS;
        };
    }
}
