package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import io.weir.l7.h2.ErrorCode;
import io.weir.l7.h2.PeerSettings;
import org.jspecify.annotations.Nullable;

/** The streams of one HTTP/2 connection by their number, and those that are over as far as that matters. Confined to its loop. */
final class Http2Streams {
    /** As many streams of ours as may still be sent to, without being an error. */
    private static final int REMEMBERED = 256;

    private final Http2Connection connection;
    private final PeerSettings peer = new PeerSettings();
    private final IntObjectHashMap<Http2Stream> open = new IntObjectHashMap<>();
    private int @Nullable [] reset;
    private int resets;
    private int last;

    Http2Streams(Http2Connection connection) {
        this.connection = connection;
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
        Http2Stream stream = connection.door().takeStream();
        stream.begin(connection, id, peer.initialWindow(), ends);
        open.put(id, stream);
        return stream;
    }

    void remove(Http2Stream stream) {
        open.remove(stream.id());
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

    /** We reset it: what the client sent before it knew is no error. */
    void noteReset(int id) {
        if (reset == null) {
            reset = new int[REMEMBERED];
        }
        reset[resets++ % REMEMBERED] = id;
    }

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
