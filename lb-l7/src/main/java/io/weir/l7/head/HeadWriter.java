package io.weir.l7.head;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Writes heads in their one canonical form into a byte array that is used again and again. Confined to one event loop.
 *
 * <p>Neighbouring fields that arrived in canonical form are copied together.
 */
public final class HeadWriter {
    private static final byte[] HTTP_1_1 = Ascii.bytes("HTTP/1.1");

    private static final byte[] HEX = Ascii.bytes("0123456789abcdef");

    private byte[] bytes = new byte[2048];
    private int length;

    public void clear() {
        length = 0;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** The start line of a request, always of our own version (RFC 9110 2.5). */
    public HeadWriter requestLine(MessageHead head) {
        copy(head.bytes(), head.methodAt(), head.methodEnd());
        put(Ascii.SP);
        copy(head.bytes(), head.targetAt(), head.targetEnd());
        put(Ascii.SP);
        raw(HTTP_1_1);
        return endLine();
    }

    /** The start line of an answer, always of our own version. */
    public HeadWriter statusLine(MessageHead head) {
        raw(HTTP_1_1);
        put(Ascii.SP);
        room(3);
        length = Ascii.putDecimal(bytes, length, head.status());
        put(Ascii.SP);
        copy(head.bytes(), head.reasonAt(), head.reasonEnd());
        return endLine();
    }

    /** All fields that were not removed, in their order. */
    public HeadWriter fields(MessageHead head) {
        byte[] source = head.bytes();
        int runAt = 0;
        int runEnd = 0;
        int count = head.fields();
        for (int field = 0; field < count; field++) {
            if (head.removed(field)) {
                continue;
            }
            if (!canonical(head, source, field)) {
                copy(source, runAt, runEnd);
                runAt = runEnd = 0;
                field(source, head.nameAt(field), head.nameLength(field), head.valueAt(field), head.valueEnd(field));
                continue;
            }
            if (head.nameAt(field) != runEnd) {
                copy(source, runAt, runEnd);
                runAt = head.nameAt(field);
            }
            runEnd = head.valueEnd(field) + 2;
        }
        copy(source, runAt, runEnd);
        return this;
    }

    /** Whole lines, each with its line end. */
    public HeadWriter raw(byte[] lines) {
        copy(lines, 0, lines.length);
        return this;
    }

    /** A number as chunk sizes are written; {@code value} is not negative. */
    public HeadWriter hexadecimal(int value) {
        int shift = Math.max(0, (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(value)) & ~3);
        for (; shift >= 0; shift -= 4) {
            put(HEX[value >>> shift & 0xf]);
        }
        return this;
    }

    /** Part of another array, as it is. */
    public HeadWriter part(byte[] source, int at, int end) {
        copy(source, at, end);
        return this;
    }

    /** The empty line behind the fields. */
    public HeadWriter end() {
        return endLine();
    }

    /** Puts the head before the readable bytes of {@code body}, whose reader index must leave that much room. */
    public void prependTo(ByteBuf body) {
        int at = body.readerIndex() - length;
        body.setBytes(at, bytes, 0, length);
        body.readerIndex(at);
    }

    /** Name, colon, one space, value, CRLF in the received bytes: what we would write ourselves. */
    private static boolean canonical(MessageHead head, byte[] source, int field) {
        int nameEnd = head.nameAt(field) + head.nameLength(field);
        int valueEnd = head.valueEnd(field);
        return head.valueAt(field) == nameEnd + 2
                && source[nameEnd + 1] == Ascii.SP
                && source[valueEnd] == Ascii.CR
                && source[valueEnd + 1] == Ascii.LF;
    }

    private void field(byte[] source, int nameAt, int nameLength, int valueAt, int valueEnd) {
        copy(source, nameAt, nameAt + nameLength);
        put((byte) ':');
        put(Ascii.SP);
        copy(source, valueAt, valueEnd);
        endLine();
    }

    private HeadWriter endLine() {
        put(Ascii.CR);
        put(Ascii.LF);
        return this;
    }

    private void put(byte b) {
        room(1);
        bytes[length++] = b;
    }

    private void copy(byte[] source, int at, int end) {
        int count = end - at;
        room(count);
        System.arraycopy(source, at, bytes, length, count);
        length += count;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
