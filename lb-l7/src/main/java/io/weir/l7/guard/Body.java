package io.weir.l7.guard;

import io.weir.l7.head.Ascii;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Method;

/** How the end of a body is known, in one long: its length, or one of these; stateless, any thread may call. */
public final class Body {
    /** A chunked body. */
    public static final long CHUNKED = -1;
    /** An answer that ends with its connection. */
    public static final long UNTIL_CLOSE = -2;

    private static final byte[] CHUNKED_CODING = {'c', 'h', 'u', 'n', 'k', 'e', 'd'};

    /** More digits than this do not fit in a long for sure. */
    private static final int MAX_DIGITS = 18;

    private Body() {}

    /**
     * What there is to say of a body, or of the announcement of none: TRACE never has one (RFC 9110 9.3.8); before HTTP/1.1 a body of the
     * others is read by some and not by others.
     */
    static Verdict ofMethod(Method method, long body, int minorVersion) {
        Verdict unless11 = minorVersion > 0 ? Verdict.UNUSUAL_BODY : Verdict.BODY_IN_HTTP_1_0;
        return switch (method) {
            case TRACE -> body == 0 ? Verdict.UNUSUAL_BODY : Verdict.UNEXPECTED_BODY;
            case GET, HEAD -> body == 0 ? Verdict.UNUSUAL_BODY : unless11;
            case DELETE -> body == 0 ? Verdict.OK : unless11;
            case POST, PUT, OPTIONS, PATCH, CONNECT, OTHER -> Verdict.OK;
        };
    }

    /** Whether a Transfer-Encoding is chunked and nothing else. */
    static boolean isChunked(MessageHead head, int field) {
        int at = head.valueAt(field);
        return Ascii.equalsIgnoreCase(head.bytes(), at, head.valueEnd(field) - at, CHUNKED_CODING);
    }

    /** The number that these bytes spell, or -1: digits only, at least one, at most 18 (RFC 9110 8.6). */
    static long parseLength(byte[] bytes, int at, int end) {
        if (end == at || end - at > MAX_DIGITS) {
            return -1;
        }
        long value = 0;
        for (int i = at; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
