package io.weir.l7.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A header block that comes in several frames, put together. Confined to its connection's loop.
 *
 * <p>Nothing is decoded before the end, so frames and bytes have a bound of their own (CVE-2024-27316, CVE-2026-33871);
 * beyond it the connection ends, since the peer's table cannot be followed any more.
 */
public final class HeaderBlock {
    private static final int MAX_CONTINUATIONS = 16;

    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf bytes;
    private int continuations;
    private boolean endsStream;

    public HeaderBlock(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** The first part, which is no whole block. */
    public void begin(ByteBuf part, boolean ends) {
        continuations = 0;
        endsStream = ends;
        bytes = allocator.directBuffer(2 * part.readableBytes()).writeBytes(part);
    }

    /** Another part; false when there are too many or they are too large. */
    public boolean add(ByteBuf part, int maxBytes) {
        ByteBuf all = bytes;
        continuations++;
        if (all == null || continuations > MAX_CONTINUATIONS || all.readableBytes() + part.readableBytes() > maxBytes) {
            return false;
        }
        all.writeBytes(part);
        return true;
    }

    /** Whether the stream ends with the block. */
    public boolean endsStream() {
        return endsStream;
    }

    /** Hands over the whole block, which the caller releases. */
    public ByteBuf take() {
        ByteBuf all = bytes;
        if (all == null) {
            throw new IllegalStateException("no block was begun");
        }
        bytes = null;
        return all;
    }

    /** Gives back what is held. */
    public void close() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }
}
