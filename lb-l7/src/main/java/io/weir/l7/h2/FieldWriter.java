package io.weir.l7.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.l7.head.Ascii;
import io.weir.l7.head.MessageHead;
import java.util.Locale;

/**
 * Encodes header blocks without a table of its own: every field literal, so that nothing about one answer is remembered
 * for the next, neither here nor by the peer (RFC 7541 6.2.2). Stateless, any thread may call.
 */
public final class FieldWriter {
    private static final int INDEXED = 0x80;
    private static final int TABLE_SIZE = 0x20;
    private static final int STATUS_NAME = 8;
    private static final int[] INDEXED_STATUS = {200, 204, 206, 304, 400, 404, 500};

    private FieldWriter() {}

    /** Says that no table is used; the first block of a connection begins with it, so that the peer may shrink its own (RFC 7541 4.2). */
    public static void noTable(ByteBuf out) {
        out.writeByte(TABLE_SIZE);
    }

    /** The pseudo-field of every answer. */
    public static void status(ByteBuf out, int status) {
        for (int i = 0; i < INDEXED_STATUS.length; i++) {
            if (INDEXED_STATUS[i] == status) {
                out.writeByte(INDEXED | STATUS_NAME + i);
                return;
            }
        }
        out.writeByte(STATUS_NAME);
        out.writeByte(3);
        out.writeByte('0' + status / 100);
        out.writeByte('0' + status / 10 % 10);
        out.writeByte('0' + status % 10);
    }

    /** A field of a head, whose name becomes lower case there too (RFC 9113 8.2.1). */
    public static void field(ByteBuf out, MessageHead head, int field) {
        byte[] bytes = head.bytes();
        int nameAt = head.nameAt(field);
        int nameLength = head.nameLength(field);
        out.writeByte(0);
        length(out, nameLength);
        for (int i = nameAt; i < nameAt + nameLength; i++) {
            bytes[i] = Ascii.toLower(bytes[i]);
        }
        out.writeBytes(bytes, nameAt, nameLength);
        int valueLength = head.valueEnd(field) - head.valueAt(field);
        length(out, valueLength);
        out.writeBytes(bytes, head.valueAt(field), valueLength);
    }

    /** The whole block of an answer of our own: fields as name, value, name, value. */
    public static byte[] block(int status, String... fields) {
        ByteBuf out = Unpooled.buffer();
        status(out, status);
        for (int i = 0; i < fields.length; i += 2) {
            field(out, Ascii.bytes(fields[i].toLowerCase(Locale.ROOT)), Ascii.bytes(fields[i + 1]));
        }
        return ByteBufUtil.getBytes(out);
    }

    static void field(ByteBuf out, byte[] name, byte[] value) {
        out.writeByte(0);
        length(out, name.length);
        out.writeBytes(name);
        length(out, value.length);
        out.writeBytes(value);
    }

    /** Bytes that {@link #field(ByteBuf, MessageHead, int)} needs at most for a field. */
    public static int room(int nameLength, int valueLength) {
        return 1 + 2 * Integer.BYTES + nameLength + valueLength;
    }

    /** A string's length with a prefix of seven bits, not Huffman coded (RFC 7541 5.1, 5.2). */
    private static void length(ByteBuf out, int value) {
        if (value < 0x7f) {
            out.writeByte(value);
            return;
        }
        out.writeByte(0x7f);
        int rest = value - 0x7f;
        while (rest >= 0x80) {
            out.writeByte((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }
}
