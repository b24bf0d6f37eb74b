package io.weir.l7.h2;

import io.netty.buffer.ByteBuf;

/** Puts frames behind what a buffer holds; stateless, any thread may call. */
public final class FrameWriter {
    private FrameWriter() {}

    /** The nine bytes in front of a payload. */
    public static void header(ByteBuf out, int length, int type, int flags, int streamId) {
        out.writeMedium(length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(streamId);
    }

    /** The same, written over bytes that were left free for it. */
    public static void headerAt(ByteBuf out, int at, int length, int type, int flags, int streamId) {
        out.setMedium(at, length);
        out.setByte(at + 3, type);
        out.setByte(at + 4, flags);
        out.setInt(at + 5, streamId);
    }

    /** A server's settings: streams at once, bytes of a stream's window, bytes of a list of fields. */
    public static void settings(ByteBuf out, int streams, int window, int listBytes) {
        header(out, 3 * Frame.SETTING_BYTES, Frame.SETTINGS, 0, 0);
        setting(out, PeerSettings.MAX_CONCURRENT_STREAMS, streams);
        setting(out, PeerSettings.INITIAL_WINDOW_SIZE, window);
        setting(out, PeerSettings.MAX_HEADER_LIST_SIZE, listBytes);
    }

    public static void settingsAck(ByteBuf out) {
        header(out, 0, Frame.SETTINGS, Frame.ACK, 0);
    }

    /** The answer to a PING, whose eight bytes are {@code opaque}. */
    public static void pingAck(ByteBuf out, ByteBuf opaque) {
        header(out, Long.BYTES, Frame.PING, Frame.ACK, 0);
        out.writeBytes(opaque, opaque.readerIndex(), Long.BYTES);
    }

    public static void windowUpdate(ByteBuf out, int streamId, int bytes) {
        header(out, Integer.BYTES, Frame.WINDOW_UPDATE, 0, streamId);
        out.writeInt(bytes);
    }

    public static void reset(ByteBuf out, int streamId, ErrorCode error) {
        header(out, Integer.BYTES, Frame.RST_STREAM, 0, streamId);
        out.writeInt(error.code());
    }

    /** Tells that streams beyond {@code lastStream} were not and will not be acted on. */
    public static void goAway(ByteBuf out, int lastStream, ErrorCode error) {
        header(out, 2 * Integer.BYTES, Frame.GOAWAY, 0, 0);
        out.writeInt(lastStream);
        out.writeInt(error.code());
    }

    private static void setting(ByteBuf out, int id, int value) {
        out.writeShort(id);
        out.writeInt(value);
    }
}
