package io.weir.l7.head;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The head of one request or answer: its bytes and a table of where each part stands. Confined to one event loop.
 *
 * <p>Parts are offsets into {@link #bytes()}, never copies; a part that is set anew is appended behind the others. A
 * field keeps its index for as long as the head lives: removing one only marks it. The object is reused for message
 * after message, so nothing read from it may be kept.
 */
public final class MessageHead {
    /** Ints of one field in the table: name offset (-1 when removed), name length and token, value offset, value end. */
    private static final int STRIDE = 4;

    private static final int TOKEN_SHIFT = 24;
    private static final int LENGTH_MASK = (1 << TOKEN_SHIFT) - 1;
    private static final int FIRST_FIELDS = 16;
    private static final int REMOVED = -1;

    private byte[] bytes;
    private int length;
    private int[] table = new int[FIRST_FIELDS * STRIDE];
    private int fields;

    private int methodAt;
    private int methodEnd;
    private int targetAt;
    private int targetEnd;
    private int minorVersion;
    private int status;
    private int reasonAt;
    private int reasonEnd;

    /** A head with room for {@code firstBytes}; it grows when more are appended. */
    public MessageHead(int firstBytes) {
        bytes = new byte[firstBytes + Ascii.PADDING];
    }

    /** Forgets the message, keeps the room. */
    public void clear() {
        length = 0;
        fields = 0;
        methodAt = methodEnd = targetAt = targetEnd = 0;
        minorVersion = status = reasonAt = reasonEnd = 0;
    }

    /** What all offsets point into; changes identity when the head grows. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** Makes room for {@code more} bytes after the content and returns the array to write them to, at {@link #length()}. */
    public byte[] room(int more) {
        int wanted = length + more + Ascii.PADDING;
        if (wanted > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(wanted, bytes.length * 2));
        }
        return bytes;
    }

    /** Takes {@code more} bytes that were written to {@link #room} into the content; fewer than 0 gives bytes back. */
    public void appended(int more) {
        length += more;
    }

    /** Appends bytes and returns their offset. */
    public int append(byte[] source, int at, int count) {
        System.arraycopy(source, at, room(count), length, count);
        int offset = length;
        length += count;
        return offset;
    }

    public Method method() {
        return Method.of(bytes, methodAt, methodEnd - methodAt);
    }

    public int methodAt() {
        return methodAt;
    }

    public int methodEnd() {
        return methodEnd;
    }

    public int targetAt() {
        return targetAt;
    }

    public int targetEnd() {
        return targetEnd;
    }

    /** 0 for HTTP/1.0, 1 for every later version. */
    public int minorVersion() {
        return minorVersion;
    }

    /** The status of an answer; 0 for a request. */
    public int status() {
        return status;
    }

    public int reasonAt() {
        return reasonAt;
    }

    public int reasonEnd() {
        return reasonEnd;
    }

    public void method(int at, int end) {
        methodAt = at;
        methodEnd = end;
    }

    public void target(int at, int end) {
        targetAt = at;
        targetEnd = end;
    }

    public void minorVersion(int minor) {
        minorVersion = minor;
    }

    public void status(int code) {
        status = code;
    }

    public void reason(int at, int end) {
        reasonAt = at;
        reasonEnd = end;
    }

    /** All fields, those removed included: the bound of a loop over them. */
    public int fields() {
        return fields;
    }

    /** Adds a field whose name and value stand in {@link #bytes()}; the name is known to be a token. */
    public void field(int nameAt, int nameEnd, boolean underscored, int valueAt, int valueEnd) {
        int nameLength = nameEnd - nameAt;
        int token = Token.of(bytes, nameAt, nameLength);
        if (underscored && token == Token.OTHER) {
            token = Token.ofUnderscored(bytes, nameAt, nameLength);
        }
        put(token, nameAt, nameLength, valueAt, valueEnd);
    }

    /** Adds a field of our own making: both parts are copied behind the content. */
    public void add(byte[] name, byte[] value) {
        int nameAt = append(name, 0, name.length);
        int valueAt = append(value, 0, value.length);
        put(Token.of(bytes, nameAt, name.length), nameAt, name.length, valueAt, valueAt + value.length);
    }

    /** Gives a field another value, copied behind the content. */
    public void value(int field, byte[] source, int at, int count) {
        int valueAt = append(source, at, count);
        table[field * STRIDE + 2] = valueAt;
        table[field * STRIDE + 3] = valueAt + count;
    }

    /** Takes back the field that was added last. */
    public void takeBack() {
        fields--;
    }

    public void remove(int field) {
        table[field * STRIDE] = REMOVED;
    }

    public boolean removed(int field) {
        return table[field * STRIDE] == REMOVED;
    }

    /** The field's {@link Token}. */
    public int token(int field) {
        return table[field * STRIDE + 1] >>> TOKEN_SHIFT;
    }

    public int nameAt(int field) {
        return table[field * STRIDE];
    }

    public int nameLength(int field) {
        return table[field * STRIDE + 1] & LENGTH_MASK;
    }

    public int valueAt(int field) {
        return table[field * STRIDE + 2];
    }

    public int valueEnd(int field) {
        return table[field * STRIDE + 3];
    }

    /** The first field of a token, or -1. */
    public int find(int token) {
        for (int field = 0; field < fields; field++) {
            if (token(field) == token && !removed(field)) {
                return field;
            }
        }
        return -1;
    }

    /** The first field of this name, which is given in lower case, or -1. */
    public int find(byte[] lowerName) {
        for (int field = 0; field < fields; field++) {
            if (!removed(field) && Ascii.equalsIgnoreCase(bytes, nameAt(field), nameLength(field), lowerName)) {
                return field;
            }
        }
        return -1;
    }

    /** Part of the head as text: for tests, logs and matchers that need a String; not for every request. */
    public String text(int at, int end) {
        return new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
    }

    private void put(int token, int nameAt, int nameLength, int valueAt, int valueEnd) {
        int slot = fields * STRIDE;
        if (slot == table.length) {
            table = Arrays.copyOf(table, table.length * 2);
        }
        table[slot] = nameAt;
        table[slot + 1] = token << TOKEN_SHIFT | nameLength;
        table[slot + 2] = valueAt;
        table[slot + 3] = valueEnd;
        fields++;
    }
}
