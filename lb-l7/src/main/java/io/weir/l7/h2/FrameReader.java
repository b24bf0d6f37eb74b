package io.weir.l7.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the frames in the bytes of one connection, however these come. Confined to its loop.
 *
 * <p>DATA is handed out as it comes, in parts; every other frame whole, from the memory that it was received into if it
 * came in one piece. Padding and priorities are taken off here (RFC 9113 6.1, 6.2, 6.3), and a header block that another
 * frame interrupts is refused (RFC 9113 6.10). What is held between reads is less than one frame.
 */
public final class FrameReader {
    private static final int UNREAD = -1;
    private static final int STREAM_BITS = 0x7fff_ffff;

    /** What came of a step. */
    public enum Step {
        /** All bytes were used up; more are needed. */
        MORE,
        /** A frame, or a part of a DATA frame: see the accessors. */
        FRAME,
        /** The connection must end: see {@link #fault}. */
        FAULT
    }

    private final ByteBufAllocator allocator;
    private final byte[] header = new byte[Frame.HEADER_BYTES];
    private int headerBytes;

    private int type;
    private int flags;
    private int streamId;
    private int length;
    private int left;
    private int padding;
    private boolean inFrame;
    private boolean started;
    private boolean first;
    private boolean last;
    private int skip;
    /** The stream whose header block is not complete, or 0. */
    private int blockStream;
    private ErrorCode fault = ErrorCode.NO_ERROR;

    private @Nullable ByteBuf payload;
    private @Nullable ByteBuf gathered;
    private int frameEnd;
    private int bytesEnd;

    public FrameReader(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Steps to the next frame in {@code in}, which must be the same buffer until the answer is {@link Step#MORE}. While the
     * answer is {@link Step#FRAME} the buffer's indices may be narrowed to the payload; the next step sets them right.
     */
    public Step next(ByteBuf in) {
        letGo(in);
        int skipped = Math.min(skip, in.readableBytes());
        in.skipBytes(skipped);
        skip -= skipped;
        if (skip > 0) {
            return Step.MORE;
        }
        if (!inFrame) {
            if (!readHeader(in)) {
                return Step.MORE;
            }
            fault = check();
            if (fault != ErrorCode.NO_ERROR) {
                return Step.FAULT;
            }
            begin();
        }
        if (type == Frame.DATA) {
            return data(in);
        }
        return type > Frame.CONTINUATION ? ignored() : whole(in);
    }

    public int type() {
        return type;
    }

    public int streamId() {
        return streamId;
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Bytes of the payload on the wire, padding included: what flow control counts. */
    public int length() {
        return length;
    }

    /** Bytes of the payload of a DATA frame that are no data. */
    public int overhead() {
        return has(Frame.PADDED) ? padding + 1 : 0;
    }

    /** Whether this is the first part of a DATA frame. */
    public boolean first() {
        return first;
    }

    /** Whether this is the last part of a DATA frame. */
    public boolean last() {
        return last;
    }

    /** The payload without padding and priority; the caller may move its reader index, and copies or retains what it keeps. */
    public ByteBuf payload() {
        if (payload == null) {
            throw new IllegalStateException("no frame");
        }
        return payload;
    }

    /** Why the connection must end. */
    public ErrorCode fault() {
        return fault;
    }

    /** Whether a frame or a header block has begun and not ended. */
    public boolean midway() {
        return inFrame || headerBytes > 0 || blockStream != 0;
    }

    /** Whether anything but DATA has begun and not ended. */
    public boolean midwayInHead() {
        return blockStream != 0 || (inFrame && type != Frame.DATA);
    }

    /** Gives back what is held. */
    public void close() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        payload = null;
    }

    private boolean readHeader(ByteBuf in) {
        int count = Math.min(Frame.HEADER_BYTES - headerBytes, in.readableBytes());
        in.readBytes(header, headerBytes, count);
        headerBytes += count;
        if (headerBytes < Frame.HEADER_BYTES) {
            return false;
        }
        headerBytes = 0;
        length = ((header[0] & 0xff) << 16) | ((header[1] & 0xff) << 8) | (header[2] & 0xff);
        type = header[3] & 0xff;
        flags = header[4] & 0xff;
        streamId = (((header[5] & 0xff) << 24) | ((header[6] & 0xff) << 16) | ((header[7] & 0xff) << 8) | (header[8] & 0xff)) & STREAM_BITS;
        return true;
    }

    private ErrorCode check() {
        boolean continues = type == Frame.CONTINUATION && streamId == blockStream;
        if (blockStream == 0 ? type == Frame.CONTINUATION : !continues) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        return Frame.check(type, flags, streamId, length);
    }

    private void begin() {
        inFrame = true;
        first = true;
        last = false;
        started = false;
        left = length;
        padding = has(Frame.PADDED) ? UNREAD : 0;
        if (type == Frame.HEADERS || type == Frame.CONTINUATION) {
            blockStream = has(Frame.END_HEADERS) ? 0 : streamId;
        }
    }

    private Step data(ByteBuf in) {
        if (padding == UNREAD) {
            if (left == 0) {
                return refuse(ErrorCode.PROTOCOL_ERROR);
            }
            if (!in.isReadable()) {
                return Step.MORE;
            }
            padding = in.readUnsignedByte();
            left--;
            if (padding > left) {
                return refuse(ErrorCode.PROTOCOL_ERROR);
            }
        }
        int count = Math.min(left - padding, in.readableBytes());
        last = count == left - padding;
        if (count == 0 && !last) {
            return Step.MORE;
        }
        narrow(in, count);
        left -= count;
        first = !started;
        started = true;
        if (last) {
            skip = padding;
            inFrame = false;
        }
        return Step.FRAME;
    }

    /** What is not known is not an error (RFC 9113 5.5). */
    private Step ignored() {
        skip = left;
        inFrame = false;
        last = true;
        return Step.FRAME;
    }

    private Step whole(ByteBuf in) {
        ByteBuf before = gathered;
        if (before == null && in.readableBytes() >= length) {
            narrow(in, length);
            return strip(in);
        }
        if (before == null) {
            before = allocator.directBuffer(length);
            gathered = before;
        }
        before.writeBytes(in, Math.min(length - before.readableBytes(), in.readableBytes()));
        if (before.readableBytes() < length) {
            return Step.MORE;
        }
        payload = before;
        return strip(before);
    }

    private Step strip(ByteBuf whole) {
        inFrame = false;
        last = true;
        if (type == Frame.PRIORITY) {
            return dependsOnItself(whole) ? refuse(ErrorCode.PROTOCOL_ERROR) : Step.FRAME;
        }
        if (type != Frame.HEADERS) {
            return Step.FRAME;
        }
        int pad = 0;
        if (has(Frame.PADDED)) {
            if (!whole.isReadable()) {
                return refuse(ErrorCode.PROTOCOL_ERROR);
            }
            pad = whole.readUnsignedByte();
        }
        if (pad + (has(Frame.WITH_PRIORITY) ? Frame.PRIORITY_BYTES : 0) > whole.readableBytes()) {
            return refuse(ErrorCode.PROTOCOL_ERROR);
        }
        if (has(Frame.WITH_PRIORITY)) {
            if (dependsOnItself(whole)) {
                return refuse(ErrorCode.PROTOCOL_ERROR);
            }
            whole.skipBytes(Frame.PRIORITY_BYTES);
        }
        whole.writerIndex(whole.writerIndex() - pad);
        return Step.FRAME;
    }

    private boolean dependsOnItself(ByteBuf priority) {
        return (priority.getInt(priority.readerIndex()) & STREAM_BITS) == streamId;
    }

    private Step refuse(ErrorCode error) {
        fault = error;
        return Step.FAULT;
    }

    private void narrow(ByteBuf in, int count) {
        frameEnd = in.readerIndex() + count;
        bytesEnd = in.writerIndex();
        in.writerIndex(frameEnd);
        payload = in;
    }

    @SuppressWarnings("ReferenceEquality") // whether the payload lies in the very buffer that was narrowed
    private void letGo(ByteBuf in) {
        if (payload != null && payload == in) {
            in.setIndex(frameEnd, bytesEnd);
        }
        if (gathered != null && payload == gathered) {
            gathered.release();
            gathered = null;
        }
        payload = null;
    }
}
