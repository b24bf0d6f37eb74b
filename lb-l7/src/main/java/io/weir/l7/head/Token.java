package io.weir.l7.head;

import java.util.Arrays;

/**
 * The field names that Weir itself acts on, as small numbers; stateless, any thread may call.
 *
 * <p>A name is looked up by its length first, then compared eight bytes at a time with its letters folded to lower
 * case by one OR. The fold is exact here: the names hold only letters, digits and hyphens, and no other byte that a
 * token may contain folds onto one of these.
 */
public final class Token {
    public static final int OTHER = 0;
    public static final int HOST = 1;
    public static final int CONTENT_LENGTH = 2;
    public static final int TRANSFER_ENCODING = 3;
    public static final int CONNECTION = 4;
    public static final int KEEP_ALIVE = 5;
    public static final int PROXY_CONNECTION = 6;
    public static final int TE = 7;
    public static final int TRAILER = 8;
    public static final int UPGRADE = 9;
    public static final int EXPECT = 10;
    public static final int HTTP2_SETTINGS = 11;
    public static final int X_FORWARDED_FOR = 12;
    public static final int X_FORWARDED_PROTO = 13;
    public static final int X_FORWARDED_PORT = 14;
    public static final int X_WEIR_REASON = 15;
    public static final int COOKIE = 16;
    /** A name that turns into one of the others when a backend reads its underscores as hyphens. */
    public static final int ALIAS = 17;

    private static final String[] NAMES = {
        "",
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "upgrade",
        "expect",
        "http2-settings",
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-forwarded-port",
        "x-weir-reason",
        "cookie",
    };

    private static final int LONGEST = 24;
    private static final int[][] BY_LENGTH = new int[LONGEST + 1][0];
    private static final long[] FIRST = new long[NAMES.length];
    private static final long[] MIDDLE = new long[NAMES.length];
    private static final long[] LAST = new long[NAMES.length];

    static {
        for (int token = 1; token < NAMES.length; token++) {
            int length = NAMES[token].length();
            byte[] padded = new byte[LONGEST + Ascii.PADDING];
            System.arraycopy(Ascii.bytes(NAMES[token]), 0, padded, 0, length);
            FIRST[token] = folded(padded, 0) & mask(length);
            MIDDLE[token] = folded(padded, middle(length)) & mask(length);
            LAST[token] = folded(padded, last(length)) & mask(length);
            BY_LENGTH[length] = Arrays.copyOf(BY_LENGTH[length], BY_LENGTH[length].length + 1);
            BY_LENGTH[length][BY_LENGTH[length].length - 1] = token;
        }
    }

    private Token() {}

    /**
     * The token of a field name.
     *
     * @param bytes holds at least {@link Ascii#PADDING} bytes after the name
     */
    static int of(byte[] bytes, int at, int length) {
        if (length > LONGEST) {
            return OTHER;
        }
        int[] candidates = BY_LENGTH[length];
        if (candidates.length == 0) {
            return OTHER;
        }
        long mask = mask(length);
        long first = folded(bytes, at) & mask;
        for (int token : candidates) {
            if (FIRST[token] == first
                    && MIDDLE[token] == (folded(bytes, at + middle(length)) & mask)
                    && LAST[token] == (folded(bytes, at + last(length)) & mask)) {
                return token;
            }
        }
        return OTHER;
    }

    /** {@link #ALIAS} when the name with hyphens for underscores is one that Weir acts on, else {@link #OTHER}. */
    static int ofUnderscored(byte[] bytes, int at, int length) {
        if (length > LONGEST) {
            return OTHER;
        }
        byte[] hyphened = new byte[length + Ascii.PADDING];
        for (int i = 0; i < length; i++) {
            byte b = bytes[at + i];
            hyphened[i] = b == '_' ? (byte) '-' : b;
        }
        return of(hyphened, 0, length) == OTHER ? OTHER : ALIAS;
    }

    private static long folded(byte[] bytes, int at) {
        return Ascii.longAt(bytes, at) | Ascii.LOWER_CASE_BITS;
    }

    private static long mask(int length) {
        return length >= Long.BYTES ? -1L : (1L << (length * Byte.SIZE)) - 1;
    }

    /** Where the second of at most three overlapping groups of eight starts. */
    private static int middle(int length) {
        return length <= 2 * Long.BYTES ? last(length) : Long.BYTES;
    }

    private static int last(int length) {
        return Math.max(0, length - Long.BYTES);
    }
}
