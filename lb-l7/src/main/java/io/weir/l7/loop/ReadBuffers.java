package io.weir.l7.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Gives the connections of one loop the buffers that they read into. Confined to the loop.
 *
 * <p>Where a read happens at once (epoll, nio) there is one large buffer for all: what was read has nearly always left
 * for the other side when the next read begins. Whoever still holds it then keeps it, and a new one takes its place.
 * Where the kernel holds a buffer while it waits (io_uring) each read has its own, as large as the last reads suggest.
 *
 * <p>Every buffer leaves {@link #SLACK} bytes in front of what is read, so that a head that grew still goes out together
 * with its body.
 */
public final class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
    /** Bytes in front of what is read. */
    public static final int SLACK = 512;

    private static final int LARGEST_READ = 256 * 1024;
    private static final int SMALLEST_READ = 2 * 1024;
    private static final int READS_A_TURN = 4;
    private static final int SMALL_READ = 16 * 1024;

    private final ByteBufAllocator allocator;
    private final boolean readsAtOnce;
    private final int largestRead;
    private @Nullable ByteBuf shared;
    private boolean closed;

    private ReadBuffers(ByteBufAllocator allocator, boolean readsAtOnce, int largestRead, int readsATurn) {
        super(readsATurn);
        this.allocator = allocator;
        this.readsAtOnce = readsAtOnce;
        this.largestRead = largestRead;
    }

    /** For few system calls. */
    static ReadBuffers large(ByteBufAllocator allocator, boolean readsAtOnce) {
        return new ReadBuffers(allocator, readsAtOnce, LARGEST_READ, READS_A_TURN);
    }

    /** For whom somebody asks before each read whether it may be, so that little is read beyond that. */
    static ReadBuffers small(ByteBufAllocator allocator, boolean readsAtOnce) {
        return new ReadBuffers(allocator, readsAtOnce, SMALL_READ, 1);
    }

    @Override
    @SuppressWarnings("deprecation")
    public RecvByteBufAllocator.Handle newHandle() {
        return readsAtOnce ? new SharedHandle() : new OwnHandle();
    }

    /** Gives the memory back; each read after this has its own. */
    void close() {
        closed = true;
        if (shared != null) {
            shared.release();
            shared = null;
        }
    }

    private ByteBuf takeShared() {
        ByteBuf buffer = shared;
        if (buffer == null || buffer.refCnt() != 1) {
            if (buffer != null) {
                buffer.release();
            }
            buffer = allocator.directBuffer(SLACK + largestRead).setIndex(SLACK, SLACK);
            if (closed) {
                return buffer;
            }
            shared = buffer;
        }
        return buffer.setIndex(SLACK, SLACK).retain();
    }

    private final class SharedHandle extends MaxMessageHandle {
        @Override
        public ByteBuf allocate(ByteBufAllocator ignored) {
            return takeShared();
        }

        @Override
        public int guess() {
            return largestRead;
        }
    }

    private final class OwnHandle extends MaxMessageHandle {
        private int size = SMALLEST_READ;

        @Override
        public ByteBuf allocate(ByteBufAllocator channels) {
            return channels.directBuffer(SLACK + size).setIndex(SLACK, SLACK);
        }

        @Override
        public int guess() {
            return size;
        }

        @Override
        public void lastBytesRead(int bytes) {
            super.lastBytesRead(bytes);
            if (bytes >= size) {
                size = Math.min(largestRead, size * 4);
            } else if (bytes < size / 4) {
                size = Math.max(SMALLEST_READ, size / 2);
            }
        }
    }
}
