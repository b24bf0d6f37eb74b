package io.weir.l7.head;

/** The request methods whose meaning Weir must know; stateless, any thread may call. */
public enum Method {
    GET(true),
    HEAD(true),
    POST(false),
    PUT(true),
    DELETE(true),
    OPTIONS(true),
    TRACE(true),
    PATCH(false),
    CONNECT(false),
    OTHER(false);

    private static final Method[] KNOWN = {GET, HEAD, POST, PUT, DELETE, OPTIONS, TRACE, PATCH, CONNECT};
    private static final long GET_BYTES = GET.packed;

    private final boolean idempotent;
    private final long packed;

    Method(boolean idempotent) {
        this.idempotent = idempotent;
        long bytes = 0;
        for (int i = name().length() - 1; i >= 0; i--) {
            bytes = bytes << Byte.SIZE | name().charAt(i);
        }
        packed = bytes;
    }

    /** Whether a request may be sent again when its fate is not known (RFC 9110 9.2.2). */
    public boolean idempotent() {
        return idempotent;
    }

    /** The method of these bytes; methods are case-sensitive. */
    static Method of(byte[] bytes, int at, int length) {
        if (length >= Long.BYTES) {
            return OTHER;
        }
        long seen = Ascii.longAt(bytes, at) & ((1L << (length * Byte.SIZE)) - 1);
        if (seen == GET_BYTES) {
            return GET;
        }
        for (Method method : KNOWN) {
            if (method.packed == seen) {
                return method;
            }
        }
        return OTHER;
    }
}
