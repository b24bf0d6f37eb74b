package io.weir.l7.h2;

/** Numbers of frames on the wire, and what their headers alone must fulfil (RFC 9113 4.1, 6); stateless, any thread may call. */
public final class Frame {
    public static final int DATA = 0x0;
    public static final int HEADERS = 0x1;
    public static final int PRIORITY = 0x2;
    public static final int RST_STREAM = 0x3;
    public static final int SETTINGS = 0x4;
    public static final int PUSH_PROMISE = 0x5;
    public static final int PING = 0x6;
    public static final int GOAWAY = 0x7;
    public static final int WINDOW_UPDATE = 0x8;
    public static final int CONTINUATION = 0x9;

    public static final int END_STREAM = 0x1;
    public static final int ACK = 0x1;
    public static final int END_HEADERS = 0x4;
    public static final int PADDED = 0x8;
    public static final int WITH_PRIORITY = 0x20;

    /** Bytes in front of every payload. */
    public static final int HEADER_BYTES = 9;
    /** The largest payload that everybody must take, and the largest that we take (RFC 9113 4.2). */
    public static final int MAX_PAYLOAD = 1 << 14;

    static final int PRIORITY_BYTES = 5;
    static final int SETTING_BYTES = 6;

    private Frame() {}

    /**
     * What is wrong with a frame, for all that its header tells; {@link ErrorCode#NO_ERROR} for nothing. Every such fault
     * may end the connection (RFC 9113 5.4.2).
     */
    static ErrorCode check(int type, int flags, int streamId, int length) {
        if (length > MAX_PAYLOAD) {
            return ErrorCode.FRAME_SIZE_ERROR;
        }
        return switch (type) {
            case DATA, HEADERS, CONTINUATION -> ofStream(streamId, true);
            case PRIORITY -> ofStream(streamId, length == PRIORITY_BYTES);
            case RST_STREAM -> ofStream(streamId, length == 4);
            case WINDOW_UPDATE -> sized(length == 4);
            case SETTINGS -> ofConnection(streamId, (flags & ACK) == 0 ? length % SETTING_BYTES == 0 : length == 0);
            case PING -> ofConnection(streamId, length == 8);
            case GOAWAY -> ofConnection(streamId, length >= 8);
            case PUSH_PROMISE -> ErrorCode.PROTOCOL_ERROR; // clients never push, and servers are told not to
            default -> ErrorCode.NO_ERROR;
        };
    }

    private static ErrorCode ofStream(int streamId, boolean sized) {
        return streamId == 0 ? ErrorCode.PROTOCOL_ERROR : sized(sized);
    }

    private static ErrorCode ofConnection(int streamId, boolean sized) {
        return streamId != 0 ? ErrorCode.PROTOCOL_ERROR : sized(sized);
    }

    private static ErrorCode sized(boolean right) {
        return right ? ErrorCode.NO_ERROR : ErrorCode.FRAME_SIZE_ERROR;
    }
}
