package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.weir.core.balance.LoopBackend;
import io.weir.core.health.BackendKey;
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
import io.weir.l7.h2.ReceiveWindow;
import io.weir.l7.head.Ascii;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Method;
import io.weir.l7.loop.HttpLoop;
import io.weir.l7.loop.Outbound;
import io.weir.net.ChannelListener;
import io.weir.net.TimerWheel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection that speaks HTTP/2: takes its frames apart, has each request judged, routed and sent by an
 * {@link Exchange} of its own {@link Http2Stream}, and ends the connection with who breaks the protocol or floods it.
 * Confined to its loop.
 */
final class Http2Connection extends ChannelInboundHandlerAdapter implements Spoken, Patience.Waiter {
    private static final byte[] PREFACE = Ascii.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    private static final byte[] REQUEST_LINE = Ascii.bytes("PRI * HTTP/2.0");
    /** Of all streams together. */
    private static final int WINDOW = 1 << 20;
    private static final int MAX_DISCARDED = 4 * 1024 * 1024;
    private static final int MAX_UNSENT_ANSWERS = 1000;
    private static final long LINGER_TICKS = TimerWheel.ticksFor(Duration.ofSeconds(2));

    private final Door door;
    private final HttpLoop loop;
    private final HttpSession session;
    private final DuplexChannel channel;
    private final Http2Output output;
    private final Patience patience;
    private final FrameReader reader;
    private final HeadDecoder decoder = new HeadDecoder();
    private final HeaderBlock parts;
    private final ReceiveWindow receiveWindow = new ReceiveWindow(WINDOW);
    private final Http2Streams streams;
    private final FloodMeter floods = new FloodMeter(System.nanoTime());
    private final Goodbye goodbye;

    private Settings settings;
    private int prefaceRead;
    private boolean settingsSeen;
    private boolean headAwaited;
    private boolean inputEnded;
    private boolean closing;
    private int requests;
    private int discarded;
    private int unsentAnswers;
    private @Nullable Http2Stream uploading;

    Http2Connection(Door door, HttpSession session, Settings settings, DuplexChannel channel) {
        this.door = door;
        this.loop = door.loop();
        this.session = session;
        this.settings = settings;
        this.channel = channel;
        this.output = new Http2Output(loop, channel, session);
        this.patience = new Patience(loop.timers(), this);
        this.reader = new FrameReader(loop.allocator());
        this.parts = new HeaderBlock(loop.allocator());
        this.streams = new Http2Streams(this);
        this.goodbye = new Goodbye(this);
    }

    /** Whether a head that HTTP/1 does not know is how HTTP/2 begins, and the listener serves it (RFC 9113 3.3). */
    static boolean isAskedFor(MessageHead head, Settings settings) {
        if (settings.streams() == 0 || head.length() < REQUEST_LINE.length) {
            return false;
        }
        for (int i = 0; i < REQUEST_LINE.length; i++) {
            if (head.bytes()[i] != REQUEST_LINE[i]) {
                return false;
            }
        }
        return true;
    }

    /** Goes on with what the client has sent so far, the preface first. */
    void begin(ByteBuf all, boolean inputHasEnded) {
        session.speak(this);
        inputEnded = inputHasEnded;
        FrameWriter.settings(output.room(64), settings.streams(), Http2Stream.WINDOW, settings.head().headBytes());
        FrameWriter.windowUpdate(output.room(64), 0, WINDOW - Http2Stream.WINDOW);
        headAwaited = true;
        patience.await(Awaited.HEAD, settings.headTicks());
        received(all);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        session.received(in.readableBytes());
        received(in);
    }

    private void received(ByteBuf in) {
        if (closing) {
            discard(in);
            return;
        }
        if (preface(in)) {
            Step step = reader.next(in);
            while (step == Step.FRAME && !closing) {
                frame();
                step = closing ? step : reader.next(in);
            }
            if (step == Step.FAULT) {
                fail(reader.fault());
            }
        }
        in.release();
        passOn();
        updateDeadline();
    }

    private boolean preface(ByteBuf in) {
        while (prefaceRead < PREFACE.length && in.isReadable()) {
            if (in.readByte() != PREFACE[prefaceRead]) {
                fail(ErrorCode.PROTOCOL_ERROR);
                return false;
            }
            prefaceRead++;
        }
        return prefaceRead == PREFACE.length;
    }

    private void frame() {
        if (!settingsSeen && reader.type() != Frame.SETTINGS) {
            fail(ErrorCode.PROTOCOL_ERROR);
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
            case Frame.GOAWAY -> goodbye.begin();
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
            if (!receiveWindow.take(reader.length())) {
                fail(ErrorCode.FLOW_CONTROL_ERROR);
                return;
            }
            allow(null, reader.overhead());
            if (stream != null && !stream.receiveWindow().take(reader.length())) {
                resetStream(stream, ErrorCode.FLOW_CONTROL_ERROR, Cut.CLIENT_MALFORMED);
                stream = null;
            }
        }
        if (stream == null) {
            allow(null, part.readableBytes());
            if (reader.first()) {
                unexpected(id);
            }
            return;
        }
        if (stream.requestRead()) {
            allow(null, part.readableBytes());
            resetStream(stream, ErrorCode.STREAM_CLOSED, Cut.CLIENT_MALFORMED);
            return;
        }
        if (reader.first()) {
            allow(stream, 0, reader.overhead());
        }
        upload(stream, part, ends);
    }

    private void upload(Http2Stream stream, ByteBuf part, boolean ends) {
        if (uploading != null && uploading.id() != stream.id()) {
            passOn();
        }
        uploading = stream;
        int count = part.readableBytes();
        ErrorCode wrong = stream.received(part, ends);
        if (wrong != ErrorCode.NO_ERROR) {
            allow(null, count);
            resetStream(stream, wrong, Cut.CLIENT_MALFORMED);
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
        if (!parts.add(reader.payload(), 2 * settings.head().headBytes())) {
            flooded();
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
            fail(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        MessageHead head = loop.streamHead();
        Decoded decoded = fresh ? decoder.request(block, head, settings.head()) : decoder.trailers(block, head, settings.head());
        if (decoded == Decoded.BROKEN) {
            fail(ErrorCode.COMPRESSION_ERROR);
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
            resetStream(stream, ErrorCode.STREAM_CLOSED, Cut.CLIENT_MALFORMED);
        } else if (!ends || decoded != Decoded.COMPLETE) {
            resetStream(stream, ErrorCode.PROTOCOL_ERROR, Cut.CLIENT_MALFORMED);
        } else {
            upload(stream, Unpooled.EMPTY_BUFFER, true);
        }
    }

    private void request(int id, MessageHead head, Decoded decoded, boolean ends) {
        if (goodbye.refuses(id)) {
            return;
        }
        if (streams.size() >= settings.streams()) {
            resetUnknown(id, ErrorCode.REFUSED_STREAM);
            return;
        }
        if (decoded == Decoded.MALFORMED) {
            resetUnknown(id, ErrorCode.PROTOCOL_ERROR);
            return;
        }
        RequestGuard guard = loop.requestGuard();
        Verdict verdict = switch (decoded) {
            case COMPLETE -> guard.judgeStream(head, settings.bodyBytes(), ends);
            case HEAD_TOO_LARGE -> Verdict.HEAD_TOO_LARGE;
            case TARGET_TOO_LONG -> Verdict.TARGET_TOO_LONG;
            case TOO_MANY_FIELDS -> Verdict.TOO_MANY_FIELDS;
            case MALFORMED, BROKEN -> throw new IllegalStateException(decoded.name());
        };
        if (verdict == Verdict.CUT_LENGTH) {
            resetUnknown(id, ErrorCode.PROTOCOL_ERROR);
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
            settings = door.settings(view.listener());
        }
        requests++;
        if (view == null || door.draining() || requests >= settings.requestsPerConnection()) {
            goodbye.begin();
        }
        Walk.begin(door, view, stream.ask(guard, settings.bodyBytes()), head, guard, Unpooled.EMPTY_BUFFER);
    }

    private void reset() {
        int id = reader.streamId();
        if (id > streams.last()) {
            fail(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        Http2Stream stream = streams.find(id);
        if (stream != null) {
            door.counters().count(Cut.CLIENT_RESET);
            stream.abort();
            gone(stream);
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
            fail(fault);
            return;
        }
        FrameWriter.settingsAck(output.room(Frame.HEADER_BYTES));
        answered();
        output.resume();
    }

    private void ping() {
        if (reader.has(Frame.ACK)) {
            goodbye.heard();
        } else if (count(Kind.PING)) {
            FrameWriter.pingAck(output.room(Frame.HEADER_BYTES + Long.BYTES), reader.payload());
            answered();
        }
    }

    /** A client that asks but does not read must not make answers pile up. */
    private void answered() {
        unsentAnswers = output.writable() ? 0 : unsentAnswers + 1;
        if (unsentAnswers > MAX_UNSENT_ANSWERS) {
            flooded();
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
                fail(ErrorCode.PROTOCOL_ERROR);
            } else if (id == 0 && !output.window().add(bytes)) {
                fail(ErrorCode.FLOW_CONTROL_ERROR);
            }
        } else if (bytes == 0) {
            resetStream(stream, ErrorCode.PROTOCOL_ERROR, Cut.CLIENT_MALFORMED);
        } else if (!stream.window().add(bytes)) {
            resetStream(stream, ErrorCode.FLOW_CONTROL_ERROR, Cut.CLIENT_MALFORMED);
        }
        if (!closing) {
            output.resume();
        }
    }

    /** Something for a stream that is over: what we reset ourselves may be on its way still (RFC 9113 5.1). */
    private void unexpected(int id) {
        if (id > streams.last()) {
            fail(ErrorCode.PROTOCOL_ERROR);
        } else if (!streams.wasReset(id)) {
            fail(ErrorCode.STREAM_CLOSED);
        }
    }

    /** Counts what costs us more than the client; false if the connection ended for it. */
    private boolean count(Kind kind) {
        if (floods.allows(kind, System.nanoTime())) {
            return true;
        }
        flooded();
        return false;
    }

    private void flooded() {
        door.counters().count(Cut.CLIENT_FLOODED);
        end(ErrorCode.ENHANCE_YOUR_CALM);
    }

    private void fail(ErrorCode error) {
        door.counters().count(Cut.CLIENT_BROKE_HTTP2);
        end(error);
    }

    /** Ends the connection, whose streams are given up. */
    private void end(ErrorCode error) {
        if (closing) {
            return;
        }
        FrameWriter.goAway(output.room(32), streams.last(), error);
        abortAll();
        finish();
    }

    private void abortAll() {
        for (Http2Stream stream : streams.all()) {
            door.counters().count(Cut.CLIENT_GONE);
            stream.abort();
            streams.remove(stream);
            output.forget(stream);
            var _ = stream.close();
        }
        uploading = null;
    }

    /** Sends what there is and waits for the client to close first: a close with bytes unread would become a reset (RFC 9113 6.8). */
    void finish() {
        if (closing) {
            return;
        }
        closing = true;
        output.flush();
        patience.await(Awaited.CLIENTS_CLOSE, LINGER_TICKS);
        var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> endOutput());
    }

    private void endOutput() {
        if (inputEnded) {
            closeNow();
        } else {
            var _ = channel.shutdownOutput();
        }
    }

    private void discard(ByteBuf in) {
        discarded += in.readableBytes();
        in.release();
        if (discarded > MAX_DISCARDED) {
            closeNow();
        }
    }

    Settings settings() {
        return settings;
    }

    Origin origin() {
        return session.origin();
    }

    Http2Output output() {
        return output;
    }

    Http2Streams streams() {
        return streams;
    }

    Door door() {
        return door;
    }

    /** The client may send so many bytes more; {@code stream} is null when its window is of no use any more. */
    void allow(@Nullable Http2Stream stream, int count) {
        allow(stream, count, stream == null ? 0 : count);
    }

    private void allow(@Nullable Http2Stream stream, int ofConnection, int ofStream) {
        int all = receiveWindow.giveBack(ofConnection);
        if (all > 0) {
            FrameWriter.windowUpdate(output.room(Frame.HEADER_BYTES + Integer.BYTES), 0, all);
        }
        int one = stream == null ? 0 : stream.receiveWindow().giveBack(ofStream);
        if (one > 0 && stream != null) {
            FrameWriter.windowUpdate(output.room(Frame.HEADER_BYTES + Integer.BYTES), stream.id(), one);
        }
    }

    /** A stream's answer is out whole. */
    void over(Http2Stream stream) {
        if (!stream.requestRead()) {
            streams.noteReset(stream.id());
            FrameWriter.reset(output.room(Frame.HEADER_BYTES + Integer.BYTES), stream.id(), ErrorCode.NO_ERROR); // RFC 9113 8.1
        }
        gone(stream);
    }

    /** A stream ends before its answer is out. */
    void cutStream(Http2Stream stream, ErrorCode error, Cut cut) {
        door.counters().count(cut);
        stream.abort();
        streams.noteReset(stream.id());
        FrameWriter.reset(output.room(Frame.HEADER_BYTES + Integer.BYTES), stream.id(), error);
        gone(stream);
    }

    /** The same, for what the client did: that counts as much as if it had reset the stream itself. */
    private void resetStream(Http2Stream stream, ErrorCode error, Cut cut) {
        cutStream(stream, error, cut);
        count(Kind.RESET);
    }

    private void resetUnknown(int id, ErrorCode error) {
        streams.noteReset(id);
        FrameWriter.reset(output.room(Frame.HEADER_BYTES + Integer.BYTES), id, error);
        count(Kind.RESET);
    }

    private void gone(Http2Stream stream) {
        if (uploading == stream) {
            uploading = null;
        }
        streams.remove(stream);
        output.forget(stream);
        allow(null, stream.close());
        if (streams.size() == 0) {
            patience.touch();
            goodbye.idle();
        }
    }

    /** From the first byte of a head to its last there is a deadline; streams have their own. */
    private void updateDeadline() {
        boolean midway = prefaceRead < PREFACE.length || reader.midwayInHead();
        if (closing || midway == headAwaited) {
            return;
        }
        headAwaited = midway;
        if (midway) {
            patience.await(Awaited.HEAD, settings.headTicks());
        } else {
            patience.await(Awaited.FIRST_BYTE, settings.idleTicks());
        }
    }

    @Override
    public void timedOut(Awaited awaited) {
        if (awaited == Awaited.CLIENTS_CLOSE) {
            closeNow();
        } else if (awaited == Awaited.HEAD) {
            end(ErrorCode.ENHANCE_YOUR_CALM);
        } else if (streams.size() > 0) {
            patience.await(Awaited.FIRST_BYTE, settings.idleTicks());
        } else {
            end(ErrorCode.NO_ERROR);
        }
    }

    @Override
    public long unsent() {
        return Outbound.unsent(channel);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!closing && channel.isWritable()) {
            unsentAnswers = 0;
            output.resume();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
            if (closing) {
                closeNow();
            } else {
                goodbye.leave();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        output.close();
        abortAll();
        patience.end();
        goodbye.end();
        reader.close();
        parts.close();
        session.leave();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            loop.fault(cause);
        }
        closeNow();
    }

    /** None: there may be many. */
    @Override
    public @Nullable LoopBackend backend() {
        return null;
    }

    @Override
    public void drain() {
        if (!closing) {
            goodbye.begin();
        }
    }

    @Override
    public void cutOff(BackendKey backend, InetSocketAddress address) {
        for (Http2Stream stream : streams.all()) {
            stream.cutOff(backend, address);
        }
    }

    @Override
    public void closeNow() {
        var _ = channel.close();
    }

    @Override
    public void kick() {
        if (channel.isOpen()) {
            closing = true;
            abortAll();
            door.counters().count(Cut.KICKED);
            ChannelListener.reset(channel);
        }
    }
}
