package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.l7.guard.Body;
import io.weir.l7.guard.Verdict;
import io.weir.l7.head.Ascii;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request after the other on its way from HTTP/2 to HTTP/1: what comes in a turn of the loop goes on as
 * one piece, in one chunk where no length was announced. Confined to its loop.
 */
final class Http2Upload {
    private static final int CHUNK_LINE = 10;
    private static final byte[] LINE_END = {Ascii.CR, Ascii.LF};
    private static final byte[] LAST_CHUNK = Ascii.bytes("0\r\n\r\n");

    private final ByteBufAllocator allocator;
    private boolean chunked;
    private long left;
    private @Nullable ByteBuf gathered;
    private int gatheredBytes;
    /** Bytes that went on, and that the client was not allowed anew since the backend has not taken them. */
    private int held;

    Http2Upload(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Starts on the next body.
     *
     * @param body its length, or {@link Body#CHUNKED}
     * @param maxBytes of one without a length
     */
    void begin(long body, long maxBytes) {
        chunked = body == Body.CHUNKED;
        left = chunked ? maxBytes : body;
    }

    /** Keeps a copy of a part, the last one if {@code ends}; unless it is too large, or not as long as was announced. */
    Verdict take(ByteBuf part, boolean ends) {
        int count = part.readableBytes();
        left -= count;
        if (!chunked && (left < 0 || (ends && left > 0))) {
            return Verdict.CUT_LENGTH;
        }
        if (left < 0) {
            return Verdict.BODY_TOO_LARGE;
        }
        if (count > 0) {
            room(count).writeBytes(part);
            gatheredBytes += count;
        }
        return Verdict.OK;
    }

    /** Hands over what was kept, as HTTP/1 has it; null when there is nothing to send. */
    @Nullable
    ByteBuf next(boolean last) {
        ByteBuf part = chunked ? framed(last) : gathered;
        gathered = null;
        held += gatheredBytes;
        gatheredBytes = 0;
        return part;
    }

    /** Whether the backend has not taken all that went on. */
    boolean held() {
        return held > 0;
    }

    /** The backend takes more: answers how many bytes the client may be allowed anew. */
    int letGo() {
        int count = held;
        held = 0;
        return count;
    }

    /** Ends in any state; answers how many bytes the client was not allowed anew. */
    int close() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        int count = held + gatheredBytes;
        held = gatheredBytes = 0;
        return count;
    }

    private @Nullable ByteBuf framed(boolean last) {
        ByteBuf part = gathered;
        if (part == null) {
            return last ? room(0).writeBytes(LAST_CHUNK) : null;
        }
        byte[] line = Ascii.bytes(Integer.toHexString(gatheredBytes) + "\r\n");
        int at = CHUNK_LINE - line.length;
        part.setBytes(at, line);
        part.readerIndex(at).writeBytes(LINE_END);
        return last ? part.writeBytes(LAST_CHUNK) : part;
    }

    /** With room in front for the line of a chunk. */
    private ByteBuf room(int count) {
        ByteBuf room = gathered;
        if (room == null) {
            room = allocator.directBuffer(CHUNK_LINE + count + LINE_END.length + LAST_CHUNK.length);
            room.setIndex(CHUNK_LINE, CHUNK_LINE);
            gathered = room;
        }
        return room;
    }
}
