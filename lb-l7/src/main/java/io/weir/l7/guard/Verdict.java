package io.weir.l7.guard;

import io.weir.l7.head.Scan;

/**
 * What the guard says of a message: fine, or the first reason to refuse it.
 *
 * <p>The status is for a request; a bad answer of a backend is always a 502 to the client.
 */
public enum Verdict {
    OK(0, "fine"),
    BAD_METHOD(400, "method is not a token"),
    BAD_TARGET(400, "request target is malformed"),
    BAD_VERSION(400, "version is malformed"),
    UNSUPPORTED_VERSION(505, "version is not HTTP/1.0 or 1.1"),
    BAD_STATUS_LINE(400, "status line is malformed"),
    BAD_LINE_END(400, "line does not end in CRLF"),
    FOLDED_FIELD(400, "field line starts with white space"),
    BAD_FIELD_NAME(400, "field name is not a token"),
    BAD_FIELD_VALUE(400, "field value holds a control character"),
    HEAD_TOO_LARGE(431, "head is too large"),
    TARGET_TOO_LONG(414, "request target is too long"),
    TOO_MANY_FIELDS(431, "too many fields"),
    CONNECT_REFUSED(501, "CONNECT is not served"),
    NO_HOST(400, "Host is missing"),
    SEVERAL_HOSTS(400, "more than one Host"),
    BAD_HOST(400, "Host is not an authority"),
    BAD_CONNECTION(400, "Connection is not a list of tokens"),
    SEVERAL_LENGTHS(400, "more than one Content-Length"),
    BAD_LENGTH(400, "Content-Length is not a number"),
    LENGTH_AND_CODING(400, "Content-Length and Transfer-Encoding together"),
    BAD_CODING(400, "Transfer-Encoding is not chunked"),
    CODING_IN_HTTP_1_0(400, "Transfer-Encoding in HTTP/1.0"),
    UNEXPECTED_BODY(400, "body in a request that takes none"),
    BODY_TOO_LARGE(413, "body is too large"),
    BAD_EXPECTATION(417, "Expect is not 100-continue"),
    BAD_CHUNK(400, "chunk is malformed"),
    CHUNK_LINE_TOO_LONG(400, "chunk line is too long"),
    TRAILER_TOO_LARGE(431, "trailer is too large"),
    UNEXPECTED_UPGRADE(400, "upgrade that was not asked for");

    private final int status;
    private final String reason;

    Verdict(int status, String reason) {
        this.status = status;
        this.reason = reason;
    }

    /** The status that refuses a request, 0 when it is fine. */
    public int status() {
        return status;
    }

    public String reason() {
        return reason;
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
