package io.weir.l7.guard;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of one body after the other in the bytes of a connection, and checks its chunks. Confined to one event
 * loop.
 */
public final class BodyReader {
    private long left;
    private boolean chunked;
    private @Nullable ChunkedBody chunks;
    private int passedEnd;
    private int readEnd;

    /**
     * Starts on the next body.
     *
     * @param body its length, or one of {@link Body}
     * @param keepChunks whether chunks are passed on as chunks, or as their data alone
     * @param maxBytes of data in chunks, then {@link Verdict#BODY_TOO_LARGE}
     */
    public void begin(long body, boolean keepChunks, long maxBytes) {
        chunked = body == Body.CHUNKED;
        left = body == Body.UNTIL_CLOSE ? Long.MAX_VALUE : Math.max(0, body);
        if (chunked) {
            chunks = (chunks == null ? new ChunkedBody() : chunks).begin(keepChunks, maxBytes);
        }
    }

    /** Whether the whole body has passed; never for one that ends with its connection. */
    public boolean done() {
        return chunked ? chunks().done() : left == 0;
    }

    /**
     * Goes on with the readable bytes of {@code in}. What may be sent on then stands between its reader index and
     * {@link #passedEnd()}, what follows the body from {@link #readEnd()} on.
     */
    public Verdict pass(ByteBuf in) {
        if (chunked) {
            Verdict verdict = chunks().pass(in);
            passedEnd = chunks().passedEnd();
            readEnd = chunks().readEnd();
            return verdict;
        }
        int count = (int) Math.min(left, in.readableBytes());
        if (left != Long.MAX_VALUE) {
            left -= count;
        }
        passedEnd = readEnd = in.readerIndex() + count;
        return Verdict.OK;
    }

    public int passedEnd() {
        return passedEnd;
    }

    public int readEnd() {
        return readEnd;
    }

    private ChunkedBody chunks() {
        if (chunks == null) {
            throw new IllegalStateException("no chunked body was begun");
        }
        return chunks;
    }
}
