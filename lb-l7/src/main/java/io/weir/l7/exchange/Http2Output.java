package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.weir.l7.h2.FieldWriter;
import io.weir.l7.h2.Frame;
import io.weir.l7.h2.FrameWriter;
import io.weir.l7.h2.HoldMeter;
import io.weir.l7.h2.SendWindow;
import io.weir.l7.head.MessageHead;
import io.weir.l7.loop.HttpLoop;
import io.weir.net.Deadline;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What one HTTP/2 connection has to say: gathered in one buffer and flushed once a turn of the loop, since answers come
 * from many backends and each would cost a system call of its own. Confined to its loop.
 *
 * <p>DATA leaves only while the client's windows are open and the channel is not full; streams that have to wait stand in
 * a queue and send one frame each in turn.
 */
final class Http2Output {
    private static final int CHUNK = 16 * 1024;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Http2Connection connection;
    private final HttpLoop loop;
    private final Channel channel;
    private final HttpSession session;
    private final SendWindow window = new SendWindow(SendWindow.DEFAULT);
    private final ArrayDeque<Http2Stream> waiting = new ArrayDeque<>(0);
    private final Runnable flush = this::flush;
    private final Runnable resume = this::resume;

    private @Nullable ByteBuf out;
    private @Nullable HoldCheck holdCheck;
    private long sentData;
    private boolean scheduled;
    private boolean tableDropped;
    private boolean closed;

    Http2Output(Http2Connection connection, HttpLoop loop, Channel channel, HttpSession session) {
        this.connection = connection;
        this.loop = loop;
        this.channel = channel;
        this.session = session;
    }

    /** The connection's window. */
    SendWindow window() {
        return window;
    }

    /** Room for so many bytes, which leave with the next flush. */
    ByteBuf room(int bytes) {
        if (out != null && out.writableBytes() < bytes) {
            write();
        }
        ByteBuf buffer = out;
        if (buffer == null) {
            buffer = loop.allocator().directBuffer(Math.max(bytes, CHUNK));
            out = buffer;
            schedule();
        }
        return buffer;
    }

    /** The head of an answer, or an interim one. */
    void head(int streamId, MessageHead head, boolean ends) {
        int bytes = Frame.HEADER_BYTES + 8;
        for (int field = 0; field < head.fields(); field++) {
            bytes += head.removed(field) ? 0 : FieldWriter.room(head.nameLength(field), head.valueEnd(field) - head.valueAt(field));
        }
        ByteBuf buffer = room(bytes);
        int at = open(buffer);
        FieldWriter.status(buffer, head.status());
        for (int field = 0; field < head.fields(); field++) {
            if (!head.removed(field)) {
                FieldWriter.field(buffer, head, field);
            }
        }
        seal(buffer, at, streamId, ends);
    }

    /** The head of an answer of our own, encoded before. */
    void head(int streamId, byte[] block, boolean ends) {
        ByteBuf buffer = room(Frame.HEADER_BYTES + 1 + block.length);
        int at = open(buffer);
        buffer.writeBytes(block);
        seal(buffer, at, streamId, ends);
    }

    /** Leaves room for a frame's header; what follows is a block. */
    private int open(ByteBuf buffer) {
        int at = buffer.writerIndex();
        buffer.writerIndex(at + Frame.HEADER_BYTES);
        if (!tableDropped) {
            tableDropped = true;
            FieldWriter.noTable(buffer);
        }
        return at;
    }

    private void seal(ByteBuf buffer, int at, int streamId, boolean ends) {
        int length = buffer.writerIndex() - at - Frame.HEADER_BYTES;
        int flags = ends ? Frame.END_STREAM : 0;
        if (length <= Frame.MAX_PAYLOAD) {
            FrameWriter.headerAt(buffer, at, length, Frame.HEADERS, flags | Frame.END_HEADERS, streamId);
            return;
        }
        ByteBuf block = buffer.copy(at + Frame.HEADER_BYTES, length);
        buffer.writerIndex(at);
        int type = Frame.HEADERS;
        while (block.isReadable()) {
            int count = Math.min(block.readableBytes(), Frame.MAX_PAYLOAD);
            flags |= count == block.readableBytes() ? Frame.END_HEADERS : 0;
            ByteBuf part = room(Frame.HEADER_BYTES + count);
            FrameWriter.header(part, count, type, flags, streamId);
            part.writeBytes(block, count);
            type = Frame.CONTINUATION;
            flags = 0;
        }
        block.release();
    }

    /** Sends what may be sent of {@code from}, one frame at most with {@code once}; {@link Http2Stream#endsAfter} tells where the stream ends. */
    void data(Http2Stream stream, ByteBuf from, boolean once) {
        while (from.isReadable() && channel.isWritable()) {
            int count = Math.min(Math.min(from.readableBytes(), Frame.MAX_PAYLOAD), Math.min(window.room(), stream.window().room()));
            if (count == 0) {
                return;
            }
            window.take(count);
            stream.window().take(count);
            sentData += count;
            boolean ends = stream.endsAfter(count, from.readableBytes() == count);
            ByteBuf buffer = room(Frame.HEADER_BYTES + count);
            FrameWriter.header(buffer, count, Frame.DATA, ends ? Frame.END_STREAM : 0, stream.id());
            buffer.writeBytes(from, count);
            if (once) {
                return;
            }
        }
    }

    /** The end of a stream whose last byte was sent before. */
    void end(int streamId) {
        FrameWriter.header(room(Frame.HEADER_BYTES), 0, Frame.DATA, Frame.END_STREAM, streamId);
    }

    /** Lets a stream that could not send all wait for its turn. */
    void await(Http2Stream stream) {
        waiting.add(stream);
        if (holdCheck == null) {
            holdCheck = new HoldCheck();
        }
        holdCheck.start();
    }

    /** Goes on with the streams that wait, after a window was opened. */
    void resume() {
        int stuck = 0;
        while (stuck < waiting.size() && window.room() > 0 && channel.isWritable()) {
            Http2Stream stream = waiting.remove();
            if (stream.goOn()) {
                waiting.add(stream);
                stuck = stream.window().room() > 0 ? 0 : stuck + 1;
            }
        }
    }

    /** The stream is over. */
    void forget(Http2Stream stream) {
        waiting.remove(stream);
    }

    /** The channel has room again. That is told in the middle of a write, so streams go on when this is over. */
    void resumeSoon() {
        if (!waiting.isEmpty()) {
            loop.loop().eventLoop().execute(resume);
        }
    }

    boolean writable() {
        return channel.isWritable();
    }

    /** Sends everything now. */
    void flush() {
        scheduled = false;
        if (closed) {
            close();
        } else {
            write();
            channel.flush();
        }
    }

    /** Gives back what was not sent. */
    void close() {
        closed = true;
        waiting.clear();
        if (holdCheck != null) {
            loop.timers().cancel(holdCheck);
        }
        if (out != null) {
            out.release();
            out = null;
        }
    }

    private void write() {
        ByteBuf buffer = out;
        out = null;
        if (buffer == null) {
            return;
        }
        session.sent(buffer.readableBytes());
        var _ = channel.write(buffer, channel.voidPromise());
        if (!channel.isWritable()) {
            channel.flush();
        }
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            loop.loop().eventLoop().execute(flush);
        }
    }

    /** Looks once a second at what waits, while something does. */
    private final class HoldCheck extends Deadline {
        private HoldMeter meter = new HoldMeter();
        private long sentBefore;

        void start() {
            if (!isScheduled()) {
                meter = new HoldMeter();
                sentBefore = sentData;
                loop.timers().schedule(this, SECOND);
            }
        }

        @Override
        protected void expired() {
            long held = waiting.stream().mapToLong(Http2Stream::pendingBytes).sum();
            boolean allowed = meter.allows(held, sentData - sentBefore);
            sentBefore = sentData;
            if (!allowed) {
                connection.flooded();
            } else if (held > 0) {
                loop.timers().schedule(this, SECOND);
            }
        }
    }
}
