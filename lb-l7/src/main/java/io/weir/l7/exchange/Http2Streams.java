package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import io.weir.l7.h2.ErrorCode;
import io.weir.l7.h2.Frame;
import io.weir.l7.h2.FrameWriter;
import io.weir.l7.h2.PeerSettings;
import io.weir.l7.h2.ReceiveWindow;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one HTTP/2 connection by their number, how each ends, and what the client may send on them. Of those
 * that are over it knows which we reset: the client may still have sent something for them. Confined to its loop.
 */
final class Http2Streams {
    /** As many streams of ours as may still be sent to, without being an error. */
    private static final int REMEMBERED = 256;

    /** Bytes that the client may send on all streams together before backends take them. */
    static final int WINDOW = 1 << 20;

    private static final int SHORT_FRAME = Frame.HEADER_BYTES + Integer.BYTES;

    private final Http2Connection connection;
    private final Http2Output output;
    private final Door door;
    private final ReceiveWindow window = new ReceiveWindow(WINDOW);
    private final PeerSettings peer = new PeerSettings();
    private final IntObjectHashMap<Http2Stream> open = new IntObjectHashMap<>();
    private int @Nullable [] reset;
    private int resets;
    private int last;

    Http2Streams(Http2Connection connection, Http2Output output, Door door) {
        this.connection = connection;
        this.output = output;
        this.door = door;
    }

    int size() {
        return open.size();
    }

    /** The highest number that the client has used. */
    int last() {
        return last;
    }

    /** The client used another number. */
    void opened(int id) {
        last = id;
    }

    @Nullable
    Http2Stream find(int id) {
        return open.get(id);
    }

    /** Starts a stream. */
    Http2Stream open(int id, boolean ends) {
        Http2Stream stream = door.takeStream();
        stream.begin(connection, id, peer.initialWindow(), ends);
        open.put(id, stream);
        return stream;
    }

    /** So many bytes came on any stream; false if that is more than was allowed. */
    boolean took(int count) {
        return window.take(count);
    }

    /** The client may send so many bytes more; {@code stream} is null when its own window is of no use any more. */
    void allow(@Nullable Http2Stream stream, int count) {
        int all = window.giveBack(count);
        if (all > 0) {
            FrameWriter.windowUpdate(output.room(SHORT_FRAME), 0, all);
        }
        int one = stream == null ? 0 : stream.receiveWindow().giveBack(count);
        if (one > 0 && stream != null) {
            FrameWriter.windowUpdate(output.room(SHORT_FRAME), stream.id(), one);
        }
    }

    /** An answer is out whole. What its client still sends is read on for a while: told to stop at once, curl throws the answer away. */
    void over(Http2Stream stream) {
        if (stream.requestRead()) {
            gone(stream);
        } else {
            stream.linger();
        }
    }

    /** A client that was answered still sends: it may stop (RFC 9113 8.1). */
    void stop(Http2Stream stream) {
        sendReset(stream.id(), ErrorCode.NO_ERROR);
        gone(stream);
    }

    /** A stream ends before its answer is out, and the client knows. */
    void end(Http2Stream stream, Cut cut) {
        abort(stream, cut);
        gone(stream);
    }

    /** A stream ends before its answer is out. */
    void cut(Http2Stream stream, ErrorCode error, Cut cut) {
        sendReset(stream.id(), error);
        end(stream, cut);
    }

    /** A stream does not begin, or an unknown one is none. */
    void refuse(int id, ErrorCode error) {
        sendReset(id, error);
    }

    /** The connection is lost, and its streams with it. */
    void abandon(Http2Stream stream) {
        abort(stream, Cut.CLIENT_GONE);
        var _ = leave(stream);
    }

    private void abort(Http2Stream stream, Cut cut) {
        if (!stream.lingers()) {
            door.counters().count(cut);
            stream.abort();
        }
    }

    private void gone(Http2Stream stream) {
        allow(null, leave(stream));
        if (open.isEmpty()) {
            connection.idle();
        }
    }

    /** Answers how many bytes nobody will claim any more. */
    private int leave(Http2Stream stream) {
        connection.input().forget(stream);
        output.forget(stream);
        open.remove(stream.id());
        return stream.close();
    }

    private void sendReset(int id, ErrorCode error) {
        if (reset == null) {
            reset = new int[REMEMBERED];
        }
        reset[resets++ % REMEMBERED] = id;
        FrameWriter.reset(output.room(SHORT_FRAME), id, error);
    }

    /** All of them now, for a walk that may end some. */
    Http2Stream[] all() {
        return open.values().toArray(Http2Stream[]::new);
    }

    /** Takes over settings of the client; a new window for streams changes those that are open, too (RFC 9113 6.9.2). */
    ErrorCode apply(ByteBuf payload) {
        int before = peer.initialWindow();
        ErrorCode fault = peer.apply(payload);
        int more = peer.initialWindow() - before;
        if (fault == ErrorCode.NO_ERROR && more != 0) {
            for (Http2Stream stream : open.values()) {
                if (!stream.window().add(more)) {
                    return ErrorCode.FLOW_CONTROL_ERROR;
                }
            }
        }
        return fault;
    }

    /** Whether we reset it not long ago: what the client sent before it knew is no error (RFC 9113 5.1). */
    boolean wasReset(int id) {
        if (reset != null) {
            for (int one : reset) {
                if (one == id) {
                    return true;
                }
            }
        }
        return false;
    }
}
