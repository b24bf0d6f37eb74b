package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.core.snapshot.ListenerView;
import io.weir.l7.guard.RequestGuard;
import io.weir.l7.guard.Verdict;
import io.weir.l7.h2.Decoded;
import io.weir.l7.h2.ErrorCode;
import io.weir.l7.h2.Frame;
import io.weir.l7.h2.FrameReader;
import io.weir.l7.h2.HeadDecoder;
import io.weir.l7.h2.HeaderBlock;
import io.weir.l7.head.HeadLimits;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Method;
import io.weir.l7.loop.HttpLoop;

/** The header blocks of an HTTP/2 connection: each begins a request, ends one, or comes too late. Confined to its loop. */
final class Http2Requests {
    private final Http2Connection connection;
    private final Http2Input input;
    private final Http2Streams streams;
    private final Http2Faults faults;
    private final Door door;
    private final HttpLoop loop;
    private final HeadDecoder decoder = new HeadDecoder();
    private final HeaderBlock parts;
    private int requests;

    Http2Requests(Http2Connection connection, Http2Input input, Http2Streams streams, Http2Faults faults, Door door) {
        this.connection = connection;
        this.input = input;
        this.streams = streams;
        this.faults = faults;
        this.door = door;
        this.loop = door.loop();
        this.parts = new HeaderBlock(loop.allocator());
    }

    /** Gives back what is held. */
    void close() {
        parts.close();
    }

    void headers(FrameReader reader) {
        faults.worked();
        boolean ends = reader.has(Frame.END_STREAM);
        if (reader.has(Frame.END_HEADERS)) {
            block(reader.streamId(), reader.payload(), ends);
        } else {
            parts.begin(reader.payload(), ends);
        }
    }

    void continuation(FrameReader reader) {
        if (!parts.add(reader.payload(), 2 * connection.settings().head().headBytes())) {
            connection.flooded();
        } else if (reader.has(Frame.END_HEADERS)) {
            ByteBuf whole = parts.take();
            block(reader.streamId(), whole, parts.endsStream());
            whole.release();
        }
    }

    /** A whole header block: of a request, of its trailers, or of a stream that is over. */
    private void block(int id, ByteBuf block, boolean ends) {
        Http2Stream known = streams.find(id);
        boolean fresh = id > streams.last();
        if ((id & 1) == 0) {
            connection.fail(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        MessageHead head = loop.streamHead();
        HeadLimits limits = connection.settings().head();
        Decoded decoded = fresh ? decoder.request(block, head, limits) : decoder.trailers(block, head, limits);
        if (decoded == Decoded.BROKEN) {
            connection.fail(ErrorCode.COMPRESSION_ERROR);
        } else if (fresh) {
            streams.opened(id);
            request(id, head, decoded, ends);
        } else if (known == null) {
            faults.unexpected(id);
        } else {
            trailers(known, decoded, ends);
        }
    }

    /** Trailers of requests end here, as they do with HTTP/1. */
    private void trailers(Http2Stream stream, Decoded decoded, boolean ends) {
        if (stream.requestRead()) {
            faults.reset(stream, ErrorCode.STREAM_CLOSED);
        } else if (!ends || decoded != Decoded.COMPLETE) {
            faults.reset(stream, ErrorCode.PROTOCOL_ERROR);
        } else {
            input.upload(stream, Unpooled.EMPTY_BUFFER, true);
        }
    }

    private void request(int id, MessageHead head, Decoded decoded, boolean ends) {
        if (connection.goodbye().refuses(id)) {
            return;
        }
        if (streams.size() >= connection.settings().streams()) {
            faults.refuse(id, ErrorCode.REFUSED_STREAM);
            return;
        }
        if (decoded == Decoded.MALFORMED) {
            faults.refuse(id, ErrorCode.PROTOCOL_ERROR);
            return;
        }
        RequestGuard guard = loop.requestGuard();
        Verdict verdict = switch (decoded) {
            case COMPLETE -> guard.judgeStream(head, connection.settings().bodyBytes(), ends);
            case HEAD_TOO_LARGE -> Verdict.HEAD_TOO_LARGE;
            case TARGET_TOO_LONG -> Verdict.TARGET_TOO_LONG;
            case TOO_MANY_FIELDS -> Verdict.TOO_MANY_FIELDS;
            case MALFORMED, BROKEN -> throw new IllegalStateException(decoded.name());
        };
        if (verdict == Verdict.CUT_LENGTH) {
            door.counters().count(verdict);
            faults.refuse(id, ErrorCode.PROTOCOL_ERROR);
            return;
        }
        Http2Stream stream = streams.open(id, ends);
        if (!door.framing().passes(verdict, connection.settings().desync(), connection.origin().client())) {
            stream.refuse(OwnAnswer.to(verdict), decoded == Decoded.COMPLETE ? guard.method() : Method.OTHER);
            return;
        }
        door.counters().requests.increment();
        ListenerView.Http view = door.view();
        if (view != null) {
            connection.follow(view.listener());
        }
        requests++;
        if (view == null || door.draining() || requests >= connection.settings().requestsPerConnection()) {
            connection.goodbye().begin();
        }
        Walk.begin(door, view, stream.ask(guard, connection.settings().bodyBytes()), head, guard, Unpooled.EMPTY_BUFFER);
    }
}
