package io.weir.l7.head;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Byte classes and comparisons of HTTP text; stateless, any thread may call. */
public final class Ascii {
    public static final byte CR = '\r';
    public static final byte LF = '\n';
    public static final byte SP = ' ';
    public static final byte HTAB = '\t';

    /** Setting this bit in every byte makes ASCII letters lower-case. */
    static final long LOWER_CASE_BITS = 0x2020202020202020L;

    /** Bytes after the content that a buffer must have so that {@link #longAt} may read at any position of it. */
    static final int PADDING = Long.BYTES;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
        .withInvokeExactBehavior();

    private static final byte TCHAR = 1;
    private static final byte TARGET = 2;
    private static final byte VALUE = 4;
    private static final byte DIGIT = 8;
    private static final byte REG_NAME = 16;

    private static final byte[] CLASSES = classes();

    private Ascii() {}

    /** A byte of a token: method or field name (RFC 9110 5.6.2). */
    public static boolean isTokenByte(byte b) {
        return (CLASSES[b & 0xff] & TCHAR) != 0;
    }

    /** A visible byte that may stand in a request target; a fragment never does (RFC 9112 3.2). */
    public static boolean isTargetByte(byte b) {
        return (CLASSES[b & 0xff] & TARGET) != 0;
    }

    /** A byte of a field value: anything but control characters other than HTAB (RFC 9110 5.5). */
    public static boolean isValueByte(byte b) {
        return (CLASSES[b & 0xff] & VALUE) != 0;
    }

    public static boolean isDigit(byte b) {
        return (CLASSES[b & 0xff] & DIGIT) != 0;
    }

    /** A byte of a host's registered name, {@code %} of its escapes included; no comma, though RFC 3986 3.2.2 allows it. */
    public static boolean isHostByte(byte b) {
        return (CLASSES[b & 0xff] & REG_NAME) != 0;
    }

    /** The value of a hexadecimal digit, or -1. */
    public static int hexValue(byte b) {
        if (isDigit(b)) {
            return b - '0';
        }
        int lower = b | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** Whether {@code length} bytes at {@code at} spell {@code lower}, letters in any case. */
    public static boolean equalsIgnoreCase(byte[] bytes, int at, int length, byte[] lower) {
        if (length != lower.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (toLower(bytes[at + i]) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    /** The lower-case form of an ASCII letter; other bytes as they are. */
    public static byte toLower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Writes a number in decimal and returns the index after it; {@code value} is not negative. */
    public static int putDecimal(byte[] target, int at, long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            target[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + digits;
    }

    /** Eight bytes as a little-endian number: the first byte is the lowest. */
    static long longAt(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    private static byte[] classes() {
        byte[] table = new byte[256];
        for (int b = 0; b < 256; b++) {
            boolean digit = b >= '0' && b <= '9';
            boolean letterOrDigit = digit || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
            int set = 0;
            if (letterOrDigit || "!#$%&'*+-.^_`|~".indexOf(b) >= 0) {
                set |= TCHAR;
            }
            if (b > 0x20 && b < 0x7f && b != '#') {
                set |= TARGET;
            }
            if (b == '\t' || (b >= 0x20 && b != 0x7f)) {
                set |= VALUE;
            }
            if (digit) {
                set |= DIGIT;
            }
            if (letterOrDigit || "-._~!$&'()*+;=%".indexOf(b) >= 0) {
                set |= REG_NAME;
            }
            table[b] = (byte) set;
        }
        return table;
    }
}
