package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.weir.core.balance.LoopBackend;
import io.weir.core.health.BackendKey;
import io.weir.core.limit.Admission;
import io.weir.core.model.Listener;
import io.weir.core.snapshot.ListenerView;
import io.weir.l7.guard.BodyReader;
import io.weir.l7.guard.RequestGuard;
import io.weir.l7.guard.ResponseGuard;
import io.weir.l7.guard.Verdict;
import io.weir.l7.head.Ascii;
import io.weir.l7.head.HeadScanner;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Method;
import io.weir.l7.head.Scan;
import io.weir.l7.loop.HttpLoop;
import io.weir.l7.loop.Outbound;
import io.weir.net.ChannelListener;
import io.weir.net.TimerWheel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection that speaks HTTP/1: reads a request, has it judged, routed and sent by an {@link Exchange}, and
 * reads the next one when the answer is out. A client that begins with HTTP/2's preface gets an {@link Http2Connection}
 * instead. Confined to its loop.
 */
public final class ClientConnection extends ChannelInboundHandlerAdapter implements Front, Spoken, Patience.Waiter {
    private static final ByteBuf CONTINUE = Unpooled
        .unreleasableBuffer(Unpooled.directBuffer().writeBytes(Ascii.bytes("HTTP/1.1 100 Continue\r\n\r\n")))
        .asReadOnly();
    private static final long LINGER_TICKS = TimerWheel.ticksFor(Duration.ofSeconds(2));
    private static final int MAX_DISCARDED = 4 * 1024 * 1024;

    private final Door door;
    private final HttpLoop loop;
    private final DuplexChannel channel;
    private final Admission admission;
    private final Patience patience;
    private final ReadAhead readAhead;
    private final HttpSession session;
    private final BodyReader requestBody = new BodyReader();
    private final AnswerEncoder encoder;

    private Settings settings;
    private @Nullable Exchange exchange;
    private @Nullable HeadScanner partialHead;

    private Method method = Method.OTHER;
    private boolean http11;
    private boolean expectsContinue;
    private boolean keepAlive;
    private boolean serving;
    private boolean inputEnded;
    private boolean closing;
    private int requests;
    private int discarded;

    private long requestTicks;

    /**
     * A connection that is closed at once if {@code admission} refuses it.
     *
     * @param client who sends the requests, which a PROXY header may have told
     * @param local where they came in
     */
    public ClientConnection(Door door, Listener.Http listener, Admission admission, DuplexChannel channel, InetSocketAddress client,
            InetSocketAddress local) {
        this.door = door;
        this.loop = door.loop();
        this.admission = admission;
        this.channel = channel;
        this.patience = new Patience(loop.timers(), loop.memory(), this);
        this.readAhead = new ReadAhead(loop);
        this.session = new HttpSession(door, new Origin(loop, client, local), listener.name(), this);
        this.encoder = new AnswerEncoder(loop);
        this.settings = door.settings(listener);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (session.enter(admission)) {
            patience.await(Awaited.FIRST_BYTE, settings.idleTicks());
        } else {
            closing = true;
            var _ = channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        if (exchange != null) {
            door.counters().count(Cut.CLIENT_GONE);
            exchange.abort();
        }
        dropInput();
        patience.end();
        session.leave();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        session.received(in.readableBytes());
        Exchange current = exchange;
        if (closing) {
            discard(in);
        } else if (current == null) {
            serve(in);
        } else if (requestRead()) {
            readAhead.keep(in);
            patience.look();
            updateReading();
        } else {
            body(current, in);
        }
    }

    /** Reads requests until one is on its way to a backend or no more has come. */
    private void serve(ByteBuf first) {
        serving = true;
        ByteBuf in = first;
        while (in != null) {
            head(in);
            in = exchange == null && !closing ? readAhead.take() : null;
        }
        serving = false;
        if (exchange == null && inputEnded && !closing) {
            finish(false);
        }
        updateReading();
    }

    private void head(ByteBuf in) {
        HeadScanner scanner = partialHead;
        if (scanner == null) {
            scanner = loop.requests().take(settings.head());
        }
        Scan scan = scanner.scan(in);
        if (scan == Scan.PARTIAL) {
            if (partialHead == null) {
                partialHead = scanner;
                patience.await(Awaited.HEAD, settings.headTicks());
            }
            in.release();
            return;
        }
        partialHead = null;
        if (scan == Scan.UNSUPPORTED_VERSION && requests == 0 && settings.streams() > 0 && Http2Input.beginsIn(scanner.head())) {
            speakHttp2(scanner, in);
            return;
        }
        RequestGuard guard = loop.requestGuard();
        Verdict verdict = scan == Scan.COMPLETE ? guard.judge(scanner.head(), settings.bodyBytes()) : Verdict.of(scan);
        if (door.framing().passes(verdict, settings.desync(), origin().client())) {
            request(scanner.head(), guard, in);
        } else {
            in.release();
            refuse(OwnAnswer.to(verdict), scan == Scan.COMPLETE ? guard.method() : Method.OTHER);
        }
        loop.requests().giveBack(scanner);
    }

    /** What was scanned belongs to the preface, which is looked at there as a whole. */
    private void speakHttp2(HeadScanner scanner, ByteBuf in) {
        MessageHead begun = scanner.head();
        ByteBuf all = loop.allocator().directBuffer(begun.length() + in.readableBytes());
        all.writeBytes(begun.bytes(), 0, begun.length()).writeBytes(in);
        in.release();
        loop.requests().giveBack(scanner);
        patience.end();
        closing = true;
        var http2 = new Http2Connection(door, session, settings, channel);
        var _ = channel.pipeline().replace(this, null, http2);
        http2.begin(all, inputEnded);
    }

    private void request(MessageHead head, RequestGuard guard, ByteBuf in) {
        door.counters().requests.increment();
        ListenerView.Http view = door.view();
        if (view != null) {
            settings = door.settings(view.listener());
        }
        requests++;
        method = guard.method();
        http11 = head.minorVersion() > 0;
        expectsContinue = guard.expectsContinue();
        keepAlive = guard.keepAlive() && view != null && !door.draining() && requests < settings.requestsPerConnection();
        requestBody.begin(guard.body(), true, settings.bodyBytes());
        encoder.begin(http11);
        Verdict verdict = requestBody.pass(in);
        if (verdict != Verdict.OK) {
            door.counters().count(verdict);
            in.release();
            refuse(OwnAnswer.to(verdict), method);
            return;
        }
        readAhead.keepBehind(requestBody, in);
        Exchange current = door.takeExchange();
        exchange = current;
        current.begin(this, guard.ambiguous());
        Walk.begin(door, view, current, head, guard, in);
    }

    @Override
    public void sending(long ticks) {
        requestTicks = ticks;
        patience.await(Awaited.ANSWER, ticks);
    }

    private void body(Exchange current, ByteBuf in) {
        patience.touch();
        Verdict verdict = requestBody.pass(in);
        if (verdict != Verdict.OK) {
            door.counters().count(verdict);
            in.release();
            boolean begun = current.answerBegun();
            current.abort();
            if (begun) {
                cut(Cut.CLIENT_MALFORMED);
            } else {
                refuse(OwnAnswer.to(verdict), Method.OTHER);
            }
            return;
        }
        readAhead.keepBehind(requestBody, in);
        if (requestRead() && !current.answerBegun()) {
            patience.await(Awaited.ANSWER, requestTicks);
        }
        if (in.isReadable()) {
            current.moreBody(in);
        } else {
            in.release();
        }
        updateReading();
    }

    /** Reads what can be used now: a request, the body that a backend waits for, and one read ahead of the answer. */
    private void updateReading() {
        if (inputEnded) {
            return;
        }
        Exchange current = exchange;
        boolean on = closing || current == null || (requestRead() ? readAhead.isEmpty() : current.wantsBody());
        if (channel.config().isAutoRead() != on) {
            channel.config().setAutoRead(on);
        }
    }

    @Override
    public Origin origin() {
        return session.origin();
    }

    @Override
    public Method method() {
        return method;
    }

    @Override
    public boolean requestRead() {
        return requestBody.done();
    }

    @Override
    public boolean acceptsChunks() {
        return http11;
    }

    @Override
    public void bodyAwaited() {
        Exchange current = exchange;
        if (current == null || requestRead()) {
            return;
        }
        if (!current.answerBegun()) {
            patience.await(Awaited.REQUEST_BODY, settings.bodyTicks());
        }
        if (expectsContinue) {
            expectsContinue = false;
            send(CONTINUE.duplicate());
        }
        updateReading();
    }

    @Override
    public void interim(MessageHead head) {
        if (http11) {
            send(encoder.interim(head));
        }
    }

    @Override
    public void answer(MessageHead head, ResponseGuard guard, ByteBuf body, boolean complete) {
        boolean endless = guard.body() < 0;
        keepAlive &= requestRead() && (http11 || !endless) && !door.draining();
        send(encoder.head(head, guard, keepAlive, body));
        if (!complete) {
            patience.await(Awaited.ANSWER_BODY, settings.bodyTicks());
        }
    }

    @Override
    public void body(ByteBuf part) {
        send(encoder.body(part));
    }

    /** Sends part of an answer. */
    private void send(ByteBuf part) {
        patience.touch();
        session.sent(part.readableBytes());
        var _ = channel.writeAndFlush(Outbound.ready(loop, channel, part), channel.voidPromise());
    }

    @Override
    public boolean writable() {
        return channel.isWritable();
    }

    @Override
    public void exchangeEnded() {
        exchange = null;
    }

    @Override
    public void answered() {
        if (encoder.endsWithChunk()) {
            send(encoder.end());
        }
        next(requestRead());
    }

    /** The answer is out; {@code whole} tells whether all of the request was read. */
    private void next(boolean whole) {
        if (!keepAlive || !whole) {
            finish(!whole || !readAhead.isEmpty());
            return;
        }
        patience.await(Awaited.FIRST_BYTE, settings.idleTicks());
        if (!serving) {
            goOn();
        }
    }

    private void goOn() {
        ByteBuf next = readAhead.take();
        if (next != null) {
            serve(next);
        } else if (inputEnded) {
            finish(false);
        } else {
            updateReading();
        }
    }

    @Override
    public void refused(OwnAnswer answer) {
        refused(answer, requestRead());
    }

    @Override
    public void excused(SorryPage page) {
        boolean whole = requestRead();
        keepAlive &= whole && !door.draining();
        door.counters().count(page);
        send(page.encode(loop.allocator(), keepAlive, method != Method.HEAD));
        next(whole);
    }

    /** No request can follow what is wrong here. */
    private void refuse(OwnAnswer answer, Method of) {
        method = of;
        refused(answer, false);
    }

    private void refused(OwnAnswer answer, boolean whole) {
        keepAlive &= whole && !door.draining();
        door.counters().count(answer);
        send(answer.encode(loop.allocator(), keepAlive, method != Method.HEAD));
        next(whole);
    }

    /** In the middle of an answer only a cut tells the client that it will not be completed. */
    @Override
    public void cut(Cut cut) {
        door.counters().count(cut);
        closing = true;
        var _ = channel.close();
    }

    /**
     * Ends the connection when everything is written. With {@code unread} bytes of the client a close would become a
     * reset, which may overtake the answer: then the client closes first (RFC 9112 9.6).
     */
    private void finish(boolean unread) {
        closing = true;
        dropInput();
        if (!unread || inputEnded) {
            closeWhenWritten();
            return;
        }
        patience.await(Awaited.CLIENTS_CLOSE, LINGER_TICKS);
        var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> endOutput());
        updateReading();
    }

    private void endOutput() {
        var _ = channel.shutdownOutput();
    }

    private void closeWhenWritten() {
        if (Outbound.isEmpty(channel)) {
            var _ = channel.close();
        } else {
            patience.await(Awaited.CLIENTS_CLOSE, settings.bodyTicks());
            var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void discard(ByteBuf in) {
        discarded += in.readableBytes();
        in.release();
        if (discarded > MAX_DISCARDED) {
            var _ = channel.close();
        }
    }

    private void dropInput() {
        if (partialHead != null) {
            loop.requests().giveBack(partialHead);
            partialHead = null;
        }
        readAhead.drop();
    }

    @Override
    public void drain() {
        if (exchange == null && partialHead == null && !closing) {
            finish(false);
        }
    }

    @Override
    public void cutOff(BackendKey backend, InetSocketAddress address) {
        if (exchange != null && exchange.isAt(backend, address)) {
            exchange.cutOff();
        }
    }

    @Override
    public void closeNow() {
        var _ = channel.close();
    }

    @Override
    public void kick() {
        if (!channel.isOpen()) {
            return; // it has ended, and is about to leave its table
        }
        if (exchange != null) {
            exchange.abort();
        }
        door.counters().count(Cut.KICKED);
        closing = true;
        ChannelListener.reset(channel);
    }

    @Override
    public @Nullable LoopBackend backend() {
        return exchange == null ? null : exchange.backend();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (exchange != null && channel.isWritable()) {
            exchange.clientWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
            inputEnded();
        }
    }

    /** A client that ends its sending half still gets the answers to what it has sent. */
    private void inputEnded() {
        Exchange current = exchange;
        if (current == null) {
            closing = true;
            dropInput();
            closeWhenWritten();
        } else if (!requestRead()) {
            boolean begun = current.answerBegun();
            current.abort();
            if (begun) {
                cut(Cut.CLIENT_GONE);
            } else {
                refuse(OwnAnswer.BODY_CUT, Method.OTHER);
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            loop.fault(cause);
        }
        var _ = channel.close();
    }

    @Override
    public void timedOut(Awaited awaited) {
        switch (awaited) {
            case FIRST_BYTE, CLIENTS_CLOSE -> closeNow();
            case HEAD -> refuse(OwnAnswer.HEAD_TIMEOUT, Method.OTHER);
            case REQUEST_BODY -> {
                if (channel.config().isAutoRead()) {
                    clientStalled();
                } else {
                    backendStalled(OwnAnswer.UPLOAD_TIMEOUT);
                }
            }
            case ANSWER -> backendStalled(OwnAnswer.ANSWER_TIMEOUT);
            case ANSWER_BODY -> end(channel.isWritable() ? Cut.BACKEND_STALLED : Cut.CLIENT_STALLED);
        }
    }

    @Override
    public void tooSlow(Awaited what) {
        Exchange current = exchange;
        if (what == Awaited.REQUEST_BODY && current != null) {
            current.refuse(OwnAnswer.BODY_TOO_SLOW);
        } else {
            end(Cut.CLIENT_TOO_SLOW);
        }
    }

    @Override
    public void evict() {
        end(Cut.CLIENT_EVICTED);
    }

    private void end(Cut cut) {
        if (exchange != null) {
            exchange.abort();
        }
        cut(cut);
    }

    @Override
    public long minimumRate() {
        return settings.minimumBodyRate();
    }

    @Override
    public long moved() {
        return session.moved() - Outbound.unsent(channel);
    }

    @Override
    public boolean waitsForClient(Awaited what) {
        return what == Awaited.REQUEST_BODY ? channel.config().isAutoRead() : Outbound.unsent(channel) > 0;
    }

    @Override
    public long held() {
        HeadScanner partial = partialHead;
        return unsent() + readAhead.held() + (partial == null ? 0 : partial.head().bytes().length);
    }

    @Override
    public long unsent() {
        return Outbound.unsent(channel) + (exchange == null ? 0 : exchange.unsent());
    }

    private void clientStalled() {
        if (exchange != null) {
            exchange.refuse(OwnAnswer.BODY_TIMEOUT);
        }
    }

    private void backendStalled(OwnAnswer answer) {
        if (exchange != null) {
            exchange.stalled(answer);
        }
    }
}
