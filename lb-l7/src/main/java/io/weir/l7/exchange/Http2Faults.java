package io.weir.l7.exchange;

import io.weir.l7.h2.ErrorCode;
import io.weir.l7.h2.FloodMeter;
import io.weir.l7.h2.FloodMeter.Kind;

/** What a client of HTTP/2 does wrong, or too often, and what comes of it: its stream ends, or its connection. Confined to its loop. */
final class Http2Faults {
    private final Http2Connection connection;
    private final Http2Streams streams;
    private final FloodMeter floods = new FloodMeter(System.nanoTime());

    Http2Faults(Http2Connection connection, Http2Streams streams) {
        this.connection = connection;
        this.streams = streams;
    }

    /** A header block or DATA came, for which more of other frames is allowed. */
    void worked() {
        floods.worked();
    }

    /** Counts what costs us more than the client; false if the connection ended for it. */
    boolean count(Kind kind) {
        if (floods.allows(kind, System.nanoTime())) {
            return true;
        }
        connection.flooded();
        return false;
    }

    /** Something for a stream that is over: what we reset, or did not begin, may be sent to still (RFC 9113 5.1, 6.8). */
    void unexpected(int id) {
        if (connection.goodbye().refuses(id)) {
            return;
        }
        if (id > streams.last()) {
            connection.fail(ErrorCode.PROTOCOL_ERROR);
        } else if (!streams.wasReset(id)) {
            connection.fail(ErrorCode.STREAM_CLOSED);
        }
    }

    /** For what the client did: that counts as much as if it had reset the stream itself. */
    void reset(Http2Stream stream, ErrorCode error) {
        streams.cut(stream, error, Cut.CLIENT_MALFORMED);
        count(Kind.RESET);
    }

    /** A stream that does not begin, for what its head is, or since there are too many. */
    void refuse(int id, ErrorCode error) {
        streams.refuse(id, error);
        count(Kind.RESET);
    }
}
