package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.core.snapshot.ListenerView;
import io.weir.l7.guard.RequestGuard;
import io.weir.l7.guard.Verdict;
import io.weir.l7.h2.Decoded;
import io.weir.l7.h2.ErrorCode;
import io.weir.l7.h2.FloodMeter;
import io.weir.l7.h2.FloodMeter.Kind;
import io.weir.l7.h2.Frame;
import io.weir.l7.h2.FrameReader;
import io.weir.l7.h2.FrameReader.Step;
import io.weir.l7.h2.FrameWriter;
import io.weir.l7.h2.HeadDecoder;
import io.weir.l7.h2.HeaderBlock;
import io.weir.l7.head.Ascii;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Method;
import io.weir.l7.loop.HttpLoop;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends on an HTTP/2 connection, frame by frame: requests begin streams, the rest goes to the stream or the
 * connection that it is about. Who breaks the protocol or floods it loses the connection. Confined to its loop.
 */
final class Http2Input {
    private static final byte[] PREFACE = Ascii.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    private static final byte[] REQUEST_LINE = Ascii.bytes("PRI * HTTP/2.0");
    private static final int MAX_UNSENT_ANSWERS = 1000;

    private final Http2Connection connection;
    private final Http2Output output;
    private final Http2Streams streams;
    private final Door door;
    private final HttpLoop loop;
    private final FrameReader reader;
    private final HeadDecoder decoder = new HeadDecoder();
    private final HeaderBlock parts;
    private final FloodMeter floods = new FloodMeter(System.nanoTime());

    private int prefaceRead;
    private boolean settingsSeen;
    private int requests;
    private int unsentAnswers;
    private @Nullable Http2Stream uploading;

    Http2Input(Http2Connection connection, Http2Output output, Http2Streams streams, Door door) {
        this.connection = connection;
        this.output = output;
        this.streams = streams;
        this.door = door;
        this.loop = door.loop();
        this.reader = new FrameReader(loop.allocator());
        this.parts = new HeaderBlock(loop.allocator());
    }

    /** Whether a head that HTTP/1 does not know is how HTTP/2 begins (RFC 9113 3.3). */
    static boolean beginsIn(MessageHead head) {
        if (head.length() < REQUEST_LINE.length) {
            return false;
        }
        for (int i = 0; i < REQUEST_LINE.length; i++) {
            if (head.bytes()[i] != REQUEST_LINE[i]) {
                return false;
            }
        }
        return true;
    }

    /** Takes in what came, which is used up. */
    void take(ByteBuf in) {
        if (preface(in)) {
            Step step = reader.next(in);
            while (step == Step.FRAME && !connection.closing()) {
                frame();
                step = connection.closing() ? step : reader.next(in);
            }
            if (step == Step.FAULT) {
                connection.fail(reader.fault());
            }
        }
        in.release();
        passOn();
    }

    /** Whether a head, or the preface, has begun and not ended: that has a deadline, bodies have their own. */
    boolean midwayInHead() {
        return prefaceRead < PREFACE.length || reader.midwayInHead();
    }

    /** The client has read what it had not: it may be answered again. */
    void outputWritable() {
        unsentAnswers = 0;
    }

    /** A stream is over, whatever came for it in this turn. */
    void forget(Http2Stream stream) {
        if (uploading == stream) {
            uploading = null;
        }
    }

    /** Gives back what is held. */
    void close() {
        uploading = null;
        reader.close();
        parts.close();
    }

    private boolean preface(ByteBuf in) {
        while (prefaceRead < PREFACE.length && in.isReadable()) {
            if (in.readByte() != PREFACE[prefaceRead]) {
                connection.fail(ErrorCode.PROTOCOL_ERROR);
                return false;
            }
            prefaceRead++;
        }
        return prefaceRead == PREFACE.length;
    }

    private void frame() {
        if (!settingsSeen && reader.type() != Frame.SETTINGS) {
            connection.fail(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        switch (reader.type()) {
            case Frame.DATA -> data();
            case Frame.HEADERS -> headers();
            case Frame.CONTINUATION -> continuation();
            case Frame.RST_STREAM -> reset();
            case Frame.SETTINGS -> settings(reader.payload());
            case Frame.PING -> ping();
            case Frame.WINDOW_UPDATE -> windowUpdate(reader.payload().readInt() & Integer.MAX_VALUE);
            case Frame.PRIORITY -> count(Kind.PRIORITY);
            case Frame.GOAWAY -> connection.goodbye().begin();
            default -> count(Kind.UNKNOWN);
        }
    }

    private void data() {
        int id = reader.streamId();
        boolean ends = reader.last() && reader.has(Frame.END_STREAM);
        ByteBuf part = reader.payload();
        Http2Stream stream = streams.find(id);
        if (reader.first()) {
            floods.worked();
            if (part.readableBytes() == 0 && !ends && !count(Kind.EMPTY_DATA)) {
                return;
            }
            if (!streams.took(reader.length())) {
                connection.fail(ErrorCode.FLOW_CONTROL_ERROR);
                return;
            }
            if (stream != null && !stream.receiveWindow().take(reader.length())) {
                reset(stream, ErrorCode.FLOW_CONTROL_ERROR);
                stream = null;
            }
        }
        if (stream == null) {
            streams.allow(null, unread(part));
            if (reader.first()) {
                unexpected(id);
            }
            return;
        }
        if (stream.requestRead()) {
            streams.allow(null, unread(part));
            reset(stream, ErrorCode.STREAM_CLOSED);
            return;
        }
        if (reader.first()) {
            streams.allow(stream, reader.overhead());
        }
        upload(stream, part, ends);
    }

    /** What this part of a frame counts for the windows. */
    private int unread(ByteBuf part) {
        return part.readableBytes() + (reader.first() ? reader.overhead() : 0);
    }

    private void upload(Http2Stream stream, ByteBuf part, boolean ends) {
        if (uploading != null && uploading.id() != stream.id()) {
            passOn();
        }
        uploading = stream;
        int count = part.readableBytes();
        ErrorCode wrong = stream.received(part, ends);
        if (wrong != ErrorCode.NO_ERROR) {
            streams.allow(null, count);
            reset(stream, wrong);
        }
    }

    private void passOn() {
        Http2Stream stream = uploading;
        uploading = null;
        if (stream != null) {
            stream.passOn();
        }
    }

    private void headers() {
        floods.worked();
        boolean ends = reader.has(Frame.END_STREAM);
        if (reader.has(Frame.END_HEADERS)) {
            block(reader.payload(), ends);
        } else {
            parts.begin(reader.payload(), ends);
        }
    }

    private void continuation() {
        if (!parts.add(reader.payload(), 2 * connection.settings().head().headBytes())) {
            connection.flooded();
        } else if (reader.has(Frame.END_HEADERS)) {
            ByteBuf whole = parts.take();
            block(whole, parts.endsStream());
            whole.release();
        }
    }

    /** A whole header block: of a request, of its trailers, or of a stream that is over. */
    private void block(ByteBuf block, boolean ends) {
        int id = reader.streamId();
        Http2Stream known = streams.find(id);
        boolean fresh = id > streams.last();
        if ((id & 1) == 0) {
            connection.fail(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        MessageHead head = loop.streamHead();
        Decoded decoded = fresh ? decoder.request(block, head, connection.settings().head())
                : decoder.trailers(block, head, connection.settings().head());
        if (decoded == Decoded.BROKEN) {
            connection.fail(ErrorCode.COMPRESSION_ERROR);
        } else if (fresh) {
            streams.opened(id);
            request(id, head, decoded, ends);
        } else if (known == null) {
            unexpected(id);
        } else {
            trailers(known, decoded, ends);
        }
    }

    /** Trailers of requests end here, as they do with HTTP/1. */
    private void trailers(Http2Stream stream, Decoded decoded, boolean ends) {
        if (stream.requestRead()) {
            reset(stream, ErrorCode.STREAM_CLOSED);
        } else if (!ends || decoded != Decoded.COMPLETE) {
            reset(stream, ErrorCode.PROTOCOL_ERROR);
        } else {
            upload(stream, Unpooled.EMPTY_BUFFER, true);
        }
    }

    private void request(int id, MessageHead head, Decoded decoded, boolean ends) {
        if (connection.goodbye().refuses(id)) {
            return;
        }
        if (streams.size() >= connection.settings().streams()) {
            refuse(id, ErrorCode.REFUSED_STREAM);
            return;
        }
        if (decoded == Decoded.MALFORMED) {
            refuse(id, ErrorCode.PROTOCOL_ERROR);
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
            refuse(id, ErrorCode.PROTOCOL_ERROR);
            return;
        }
        Http2Stream stream = streams.open(id, ends);
        if (verdict != Verdict.OK) {
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

    private void reset() {
        int id = reader.streamId();
        if (id > streams.last()) {
            connection.fail(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        Http2Stream stream = streams.find(id);
        if (stream != null) {
            streams.end(stream, Cut.CLIENT_RESET);
        }
        count(Kind.RESET);
    }

    private void settings(ByteBuf payload) {
        settingsSeen = true;
        if (reader.has(Frame.ACK) || !count(Kind.SETTINGS)) {
            return;
        }
        ErrorCode fault = streams.apply(payload);
        if (fault != ErrorCode.NO_ERROR) {
            connection.fail(fault);
            return;
        }
        FrameWriter.settingsAck(output.room(Frame.HEADER_BYTES));
        answered();
        output.resume();
    }

    private void ping() {
        if (reader.has(Frame.ACK)) {
            connection.goodbye().heard();
        } else if (count(Kind.PING)) {
            FrameWriter.pingAck(output.room(Frame.HEADER_BYTES + Long.BYTES), reader.payload());
            answered();
        }
    }

    /** A client that asks but does not read must not make answers pile up. */
    private void answered() {
        unsentAnswers = output.writable() ? 0 : unsentAnswers + 1;
        if (unsentAnswers > MAX_UNSENT_ANSWERS) {
            connection.flooded();
        }
    }

    private void windowUpdate(int bytes) {
        int id = reader.streamId();
        if (!count(Kind.WINDOW_UPDATE)) {
            return;
        }
        Http2Stream stream = streams.find(id);
        if (id == 0 || stream == null) {
            if (id > streams.last() || (id == 0 && bytes == 0)) {
                connection.fail(ErrorCode.PROTOCOL_ERROR);
            } else if (id == 0 && !output.window().add(bytes)) {
                connection.fail(ErrorCode.FLOW_CONTROL_ERROR);
            }
        } else if (bytes == 0) {
            reset(stream, ErrorCode.PROTOCOL_ERROR);
        } else if (!stream.window().add(bytes)) {
            reset(stream, ErrorCode.FLOW_CONTROL_ERROR);
        }
        if (!connection.closing()) {
            output.resume();
        }
    }

    /** Something for a stream that is over: what we reset ourselves may be on its way still (RFC 9113 5.1). */
    private void unexpected(int id) {
        if (id > streams.last()) {
            connection.fail(ErrorCode.PROTOCOL_ERROR);
        } else if (!streams.wasReset(id)) {
            connection.fail(ErrorCode.STREAM_CLOSED);
        }
    }

    /** For what the client did: that counts as much as if it had reset the stream itself. */
    private void reset(Http2Stream stream, ErrorCode error) {
        streams.cut(stream, error, Cut.CLIENT_MALFORMED);
        count(Kind.RESET);
    }

    private void refuse(int id, ErrorCode error) {
        streams.refuse(id, error);
        count(Kind.RESET);
    }

    /** Counts what costs us more than the client; false if the connection ended for it. */
    private boolean count(Kind kind) {
        if (floods.allows(kind, System.nanoTime())) {
            return true;
        }
        connection.flooded();
        return false;
    }
}
