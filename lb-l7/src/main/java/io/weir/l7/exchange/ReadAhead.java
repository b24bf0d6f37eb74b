package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.weir.l7.guard.BodyReader;
import io.weir.l7.loop.HttpLoop;
import io.weir.l7.loop.ReadBuffers;
import org.jspecify.annotations.Nullable;

/**
 * What a client sent beyond the request that is being answered: one read at most, for then reading stops. Confined to its
 * connection's loop.
 */
final class ReadAhead {
    /** More than this is shared with the buffer that it came in: many small requests must not be copied again for each. */
    private static final int MAX_COPIED = 8 * 1024;

    private final HttpLoop loop;
    private @Nullable ByteBuf bytes;
    private int held;

    ReadAhead(HttpLoop loop) {
        this.loop = loop;
    }

    boolean isEmpty() {
        return bytes == null;
    }

    /** Bytes of memory that it keeps from others. */
    int held() {
        return bytes == null ? 0 : held;
    }

    /** Cuts off {@code in} what follows the request whose {@code body} just passed, and keeps it. */
    void keepBehind(BodyReader body, ByteBuf in) {
        int from = body.readEnd();
        int count = in.writerIndex() - from;
        if (count > 0) {
            held = count > MAX_COPIED ? in.capacity() : count;
            bytes = count > MAX_COPIED ? in.retainedSlice(from, count) : room(count).writeBytes(in, from, count);
        }
        in.writerIndex(body.passedEnd());
    }

    /** Keeps all of {@code in}, which is used up. */
    void keep(ByteBuf in) {
        ByteBuf before = bytes;
        ByteBuf all = room(in.readableBytes() + (before == null ? 0 : before.readableBytes()));
        if (before != null) {
            all.writeBytes(before);
            before.release();
        }
        held = all.capacity();
        bytes = all.writeBytes(in);
        in.release();
    }

    /** Hands over what was kept; null when there is nothing. */
    @Nullable
    ByteBuf take() {
        ByteBuf taken = bytes;
        bytes = null;
        return taken;
    }

    void drop() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }

    /** A large read buffer must not be held for a few bytes, and a head may grow here too. */
    private ByteBuf room(int count) {
        return loop.allocator().directBuffer(ReadBuffers.SLACK + count).setIndex(ReadBuffers.SLACK, ReadBuffers.SLACK);
    }
}
