package io.weir.l7.h2;

import io.netty.buffer.ByteBuf;

/** What a peer allows us (RFC 9113 6.5.2). Confined to its connection's loop. */
public final class PeerSettings {
    static final int ENABLE_PUSH = 2;
    static final int MAX_CONCURRENT_STREAMS = 3;
    static final int INITIAL_WINDOW_SIZE = 4;
    static final int MAX_FRAME_SIZE = 5;
    static final int MAX_HEADER_LIST_SIZE = 6;

    private static final int LARGEST_FRAME = (1 << 24) - 1;
    private static final long UNSIGNED = 0xffff_ffffL;

    private int initialWindow = SendWindow.DEFAULT;
    private long maxStreams = UNSIGNED;

    /** Takes over the payload of a SETTINGS frame that is no acknowledgement, and says what is wrong with it. */
    public ErrorCode apply(ByteBuf payload) {
        while (payload.isReadable()) {
            int id = payload.readUnsignedShort();
            ErrorCode fault = set(id, payload.readUnsignedInt());
            if (fault != ErrorCode.NO_ERROR) {
                return fault;
            }
        }
        return ErrorCode.NO_ERROR;
    }

    /** Bytes that may be sent on a new stream. */
    public int initialWindow() {
        return initialWindow;
    }

    /** Streams that we may have open at once. */
    public long maxStreams() {
        return maxStreams;
    }

    /** Table sizes are not looked at: nothing that we send uses a table. Frames stay at the size that everybody takes. */
    private ErrorCode set(int id, long value) {
        switch (id) {
            case ENABLE_PUSH -> {
                return value <= 1 ? ErrorCode.NO_ERROR : ErrorCode.PROTOCOL_ERROR;
            }
            case MAX_CONCURRENT_STREAMS -> maxStreams = value;
            case INITIAL_WINDOW_SIZE -> {
                if (value > SendWindow.LARGEST) {
                    return ErrorCode.FLOW_CONTROL_ERROR;
                }
                initialWindow = (int) value;
            }
            case MAX_FRAME_SIZE -> {
                return value >= Frame.MAX_PAYLOAD && value <= LARGEST_FRAME ? ErrorCode.NO_ERROR : ErrorCode.PROTOCOL_ERROR;
            }
            default -> {
                // not known, or about what we never do (RFC 9113 6.5.2)
            }
        }
        return ErrorCode.NO_ERROR;
    }
}
