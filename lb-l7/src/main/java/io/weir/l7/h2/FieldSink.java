package io.weir.l7.h2;

import io.netty.util.AsciiString;
import io.weir.l7.head.Ascii;
import io.weir.l7.head.HeadLimits;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Token;
import java.util.Arrays;

/**
 * Checks the fields of one block after the other and writes them into a head as HTTP/1 would have had them: the authority
 * as Host, cookie crumbs joined (RFC 9113 8.2.3). Confined to one loop.
 *
 * <p>Nothing gets into a head that could end a line there. What RFC 9113 8.2, 8.3 call malformed is, and so is a Host that
 * is not the authority. Beyond a limit nothing more is written, but what is left is still decoded: the peer's table goes on.
 */
final class FieldSink {
    private static final byte[] HOST = Ascii.bytes("Host");
    private static final byte[] COOKIE = Ascii.bytes("Cookie");
    private static final byte[] SEPARATOR = {':', ' '};
    private static final byte[] LINE_END = {Ascii.CR, Ascii.LF};
    private static final byte[] TRAILERS = Ascii.bytes("trailers");
    private static final byte[] CONNECT = Ascii.bytes("CONNECT");
    private static final byte[] OPTIONS = Ascii.bytes("OPTIONS");
    private static final byte[] HTTP = Ascii.bytes("http");
    private static final byte[] HTTPS = Ascii.bytes("https");
    private static final byte[] NOTHING = {};

    /** What RFC 9113 6.5.2 adds to the length of a field for what it costs to keep. */
    private static final int FIELD_COST = 32;
    private static final int MAX_CRUMBS = 64;
    private static final int KEPT_CRUMB_BYTES = 1024;

    private static final int METHOD = 1;
    private static final int PATH = 2;
    private static final int SCHEME = 4;
    private static final int AUTHORITY = 8;

    private MessageHead head = new MessageHead(0);
    private HeadLimits limits = HeadLimits.REQUEST;
    private Decoded fault = Decoded.COMPLETE;
    private boolean trailers;
    private boolean fieldSeen;
    private int pseudo;
    private int host;
    private int count;
    private long cost;
    private byte[] crumbs = NOTHING;
    private int crumbBytes;
    private int crumbCount;

    void begin(MessageHead into, HeadLimits within, boolean asTrailers) {
        into.clear();
        into.minorVersion(1);
        head = into;
        limits = within;
        trailers = asTrailers;
        fault = Decoded.COMPLETE;
        fieldSeen = false;
        pseudo = 0;
        host = -1;
        count = 0;
        cost = 0;
        crumbBytes = crumbCount = 0;
    }

    void add(AsciiString name, AsciiString value) {
        if (fault != Decoded.COMPLETE) {
            return;
        }
        count++;
        cost += FIELD_COST + name.length() + value.length();
        if (cost > limits.headBytes()) {
            fault = Decoded.HEAD_TOO_LARGE;
        } else if (count > limits.fields()) {
            fault = Decoded.TOO_MANY_FIELDS;
        } else if (name.isEmpty() || !validValue(value)) {
            fault = Decoded.MALFORMED;
        } else if (name.byteAt(0) == ':') {
            fault = pseudo(name, value);
        } else {
            fieldSeen = true;
            fault = field(name, value);
        }
    }

    /** What the block was; its crumbs become one field. */
    Decoded end() {
        if (fault == Decoded.COMPLETE && !trailers && !complete()) {
            fault = Decoded.MALFORMED;
        }
        if (fault == Decoded.COMPLETE && crumbCount > 0) {
            put(COOKIE, 0, COOKIE.length, false, crumbs, 0, crumbBytes);
        }
        if (crumbs.length > KEPT_CRUMB_BYTES) {
            crumbs = NOTHING;
        }
        return fault;
    }

    /** RFC 9113 8.3.1, 8.5. */
    private boolean complete() {
        if ((pseudo & METHOD) == 0) {
            return false;
        }
        if (methodIs(CONNECT)) {
            return (pseudo & (PATH | SCHEME)) == 0 && host >= 0;
        }
        return (pseudo & (PATH | SCHEME)) == (PATH | SCHEME) && validPath();
    }

    private boolean validPath() {
        byte[] bytes = head.bytes();
        int at = head.targetAt();
        int end = head.targetEnd();
        if (bytes[at] == '*') {
            return end - at == 1 && methodIs(OPTIONS);
        }
        if (bytes[at] != '/') {
            return false;
        }
        for (int i = at; i < end; i++) {
            if (!Ascii.isTargetByte(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean methodIs(byte[] method) {
        return Arrays.equals(head.bytes(), head.methodAt(), head.methodEnd(), method, 0, method.length);
    }

    private Decoded pseudo(AsciiString name, AsciiString value) {
        int which = which(name);
        if (which == 0 || trailers || fieldSeen || (pseudo & which) != 0 || value.isEmpty()) {
            return Decoded.MALFORMED;
        }
        pseudo |= which;
        byte[] bytes = value.array();
        int at = value.arrayOffset();
        int length = value.length();
        switch (which) {
            case METHOD -> {
                if (!isToken(bytes, at, length)) {
                    return Decoded.MALFORMED;
                }
                int written = head.append(bytes, at, length);
                head.method(written, written + length);
            }
            case PATH -> {
                if (length > limits.targetBytes()) {
                    return Decoded.TARGET_TOO_LONG;
                }
                int written = head.append(bytes, at, length);
                head.target(written, written + length);
            }
            case SCHEME -> {
                boolean known = Ascii.equalsIgnoreCase(bytes, at, length, HTTP) || Ascii.equalsIgnoreCase(bytes, at, length, HTTPS);
                return known ? Decoded.COMPLETE : Decoded.MALFORMED;
            }
            default -> {
                host = head.fields();
                put(HOST, 0, HOST.length, false, bytes, at, length);
            }
        }
        return Decoded.COMPLETE;
    }

    private static int which(AsciiString name) {
        return switch (name.length()) {
            case 5 -> name.contentEquals(":path") ? PATH : 0;
            case 7 -> name.contentEquals(":method") ? METHOD : name.contentEquals(":scheme") ? SCHEME : 0;
            case 10 -> name.contentEquals(":authority") ? AUTHORITY : 0;
            default -> 0;
        };
    }

    private Decoded field(AsciiString name, AsciiString value) {
        byte[] bytes = name.array();
        int at = name.arrayOffset();
        boolean underscored = false;
        for (int i = at; i < at + name.length(); i++) {
            byte b = bytes[i];
            if (!Ascii.isTokenByte(b) || (b >= 'A' && b <= 'Z')) {
                return Decoded.MALFORMED;
            }
            underscored |= b == '_';
        }
        int field = head.fields();
        put(bytes, at, name.length(), underscored, value.array(), value.arrayOffset(), value.length());
        return meaning(field, value);
    }

    /** What some fields may not be here, and two of them become (RFC 9113 8.2.2, 8.2.3, 8.3.1). */
    private Decoded meaning(int field, AsciiString value) {
        return switch (head.token(field)) {
            case Token.CONNECTION, Token.KEEP_ALIVE, Token.PROXY_CONNECTION, Token.TRANSFER_ENCODING, Token.UPGRADE -> Decoded.MALFORMED;
            case Token.TE -> is(value, TRAILERS) ? Decoded.COMPLETE : Decoded.MALFORMED;
            case Token.HOST -> hostField(field);
            case Token.COOKIE -> crumb(value);
            default -> Decoded.COMPLETE;
        };
    }

    private Decoded hostField(int field) {
        if ((pseudo & AUTHORITY) == 0) {
            return Decoded.COMPLETE;
        }
        int length = head.valueEnd(field) - head.valueAt(field);
        byte[] bytes = head.bytes();
        for (int i = 0; i < length; i++) {
            if (i == head.valueEnd(host) - head.valueAt(host)
                    || Ascii.toLower(bytes[head.valueAt(host) + i]) != Ascii.toLower(bytes[head.valueAt(field) + i])) {
                return Decoded.MALFORMED;
            }
        }
        head.takeBack();
        return length == head.valueEnd(host) - head.valueAt(host) ? Decoded.COMPLETE : Decoded.MALFORMED;
    }

    private Decoded crumb(AsciiString value) {
        head.takeBack();
        crumbCount++;
        if (crumbCount > MAX_CRUMBS) {
            return Decoded.TOO_MANY_FIELDS;
        }
        int wanted = crumbBytes + 2 + value.length();
        if (wanted > crumbs.length) {
            crumbs = Arrays.copyOf(crumbs, Math.max(wanted, 2 * crumbs.length));
        }
        if (crumbCount > 1) {
            crumbs[crumbBytes++] = ';';
            crumbs[crumbBytes++] = Ascii.SP;
        }
        System.arraycopy(value.array(), value.arrayOffset(), crumbs, crumbBytes, value.length());
        crumbBytes += value.length();
        return Decoded.COMPLETE;
    }

    /** A whole line, as it is written to HTTP/1: neighbours leave in one copy. */
    private void put(byte[] name, int nameAt, int nameLength, boolean underscored, byte[] value, int valueAt, int valueLength) {
        int at = head.append(name, nameAt, nameLength);
        head.append(SEPARATOR, 0, SEPARATOR.length);
        int written = head.append(value, valueAt, valueLength);
        head.append(LINE_END, 0, LINE_END.length);
        head.field(at, at + nameLength, underscored, written, written + valueLength);
    }

    /** RFC 9113 8.2.1: no control characters, and no white space at either end. */
    private static boolean validValue(AsciiString value) {
        byte[] bytes = value.array();
        int at = value.arrayOffset();
        int end = at + value.length();
        for (int i = at; i < end; i++) {
            if (!Ascii.isValueByte(bytes[i])) {
                return false;
            }
        }
        return at == end || (!isSpace(bytes[at]) && !isSpace(bytes[end - 1]));
    }

    private static boolean isSpace(byte b) {
        return b == Ascii.SP || b == Ascii.HTAB;
    }

    private static boolean isToken(byte[] bytes, int at, int length) {
        for (int i = at; i < at + length; i++) {
            if (!Ascii.isTokenByte(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean is(AsciiString value, byte[] lower) {
        return Ascii.equalsIgnoreCase(value.array(), value.arrayOffset(), value.length(), lower);
    }
}
