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
import io.weir.core.limit.Place;
import io.weir.core.limit.Refusal;
import io.weir.core.model.Listener;
import io.weir.core.model.Sorry;
import io.weir.core.route.RouteTable;
import io.weir.core.snapshot.ListenerView;
import io.weir.core.snapshot.PoolView;
import io.weir.core.zone.Mode;
import io.weir.l7.guard.RequestGuard;
import io.weir.l7.guard.Verdict;
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
 * One client's connection: reads a request, has it judged, routed and sent by an {@link Exchange}, and reads the next one
 * when the answer is out. Confined to its loop.
 */
public final class ClientConnection extends ChannelInboundHandlerAdapter {
    private static final long LINGER_TICKS = TimerWheel.ticksFor(Duration.ofSeconds(2));
    private static final int MAX_DISCARDED = 4 * 1024 * 1024;

    private final Door door;
    private final HttpLoop loop;
    private final DuplexChannel channel;
    private final Origin origin;
    private final Admission admission;
    private final Patience patience;
    private final ReadAhead readAhead;
    private final HttpSession session;

    private Settings settings;
    private @Nullable Exchange exchange;
    private @Nullable HeadScanner partialHead;

    /** Null until the client was taken. */
    private @Nullable Place place;
    private boolean keepAlive;
    private boolean serving;
    private boolean inputEnded;
    private boolean closing;
    private int requests;
    private int discarded;

    private long requestTicks;

    /** Links of the door's list. */
    @Nullable
    ClientConnection newer;

    @Nullable
    ClientConnection older;

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
        this.origin = new Origin(loop, client, local);
        this.patience = new Patience(loop.timers(), this);
        this.readAhead = new ReadAhead(loop);
        this.session = new HttpSession(this, listener.name());
        this.settings = door.settings(listener);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        switch (admission.decide(() -> origin.client().getAddress(), System.nanoTime())) {
            case Refusal refusal -> {
                door.counters().refused.count(refusal);
                closing = true;
                var _ = channel.close();
            }
            case Place taken -> {
                place = taken;
                door.enter(this);
                loop.sessions().add(session);
                patience.await(Awaited.FIRST_BYTE, settings.idleTicks());
            }
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
        Place taken = place;
        if (taken != null) {
            place = null;
            door.leave(this);
            loop.sessions().remove(session);
            taken.release();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        door.counters().bytesIn.add(in.readableBytes());
        session.received(in.readableBytes());
        Exchange current = exchange;
        if (closing) {
            discard(in);
        } else if (current == null) {
            serve(in);
        } else if (current.requestRead()) {
            readAhead.keep(in);
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
        RequestGuard guard = loop.requestGuard();
        Verdict verdict = scan == Scan.COMPLETE ? guard.judge(scanner.head(), settings.bodyBytes()) : Verdict.of(scan);
        if (door.framing().passes(verdict, settings.desync(), origin.client())) {
            request(scanner.head(), guard, in);
        } else {
            in.release();
            refuse(OwnAnswer.to(verdict), scan == Scan.COMPLETE ? guard.method() : Method.OTHER);
        }
        loop.requests().giveBack(scanner);
    }

    private void request(MessageHead head, RequestGuard guard, ByteBuf in) {
        door.counters().requests.increment();
        ListenerView.Http view = door.view();
        if (view != null) {
            settings = door.settings(view.listener());
        }
        requests++;
        keepAlive = guard.keepAlive() && view != null && !door.draining() && requests < settings.requestsPerConnection();
        Exchange current = door.takeExchange();
        exchange = current;
        current.begin(this, head, guard, settings.bodyBytes());
        Verdict verdict = current.passBody(in);
        if (verdict != Verdict.OK) {
            door.counters().count(verdict);
            in.release();
            current.abort();
            refuse(OwnAnswer.to(verdict), guard.method());
            return;
        }
        readAhead.keepBehind(current.requestBody(), in);
        int route = view == null ? RouteTable.NONE : Routing.route(view.routes(), head, guard);
        PoolView pool = view == null ? null : Routing.pool(view, route);
        if (pool == null) {
            in.release();
            current.refuse(view == null ? OwnAnswer.LISTENER_GONE : OwnAnswer.NO_ROUTE);
            return;
        }
        if (pool.mode() == Mode.SORRY && pool.pool().sorry() instanceof Sorry.Page page) {
            in.release();
            current.excuse(door.sorryPage(page));
            return;
        }
        requestTicks = settings.requestTicks(route);
        patience.await(Awaited.ANSWER, requestTicks);
        origin.write(head, guard);
        current.start(pool, origin.hash(pool), loop.assemble(in));
    }

    private void body(Exchange current, ByteBuf in) {
        patience.touch();
        Verdict verdict = current.passBody(in);
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
        readAhead.keepBehind(current.requestBody(), in);
        if (current.requestRead() && !current.answerBegun()) {
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
        boolean on = closing || current == null || (current.requestRead() ? readAhead.isEmpty() : current.wantsBody());
        if (channel.config().isAutoRead() != on) {
            channel.config().setAutoRead(on);
        }
    }

    /** The backend takes more of the request's body; {@code first} goes to the client before. */
    void bodyAwaited(@Nullable ByteBuf first) {
        Exchange current = exchange;
        if (current == null || current.requestRead()) {
            return;
        }
        if (!current.answerBegun()) {
            patience.await(Awaited.REQUEST_BODY, settings.bodyTicks());
        }
        if (first != null) {
            send(first);
        }
        updateReading();
    }

    /** The head of an answer is about to be written: whether the connection goes on after it. */
    boolean answerBegins(boolean mayGoOn) {
        keepAlive &= mayGoOn && !door.draining();
        return keepAlive;
    }

    /** The answer's head is out, its body is not. */
    void answerGoesOn() {
        patience.await(Awaited.ANSWER_BODY, settings.bodyTicks());
    }

    /** Sends part of an answer. */
    void send(ByteBuf part) {
        patience.touch();
        door.counters().bytesOut.add(part.readableBytes());
        session.sent(part.readableBytes());
        var _ = channel.writeAndFlush(Outbound.ready(loop, channel, part), channel.voidPromise());
    }

    /** Whether more may be sent without piling up. */
    boolean writable() {
        return channel.isWritable();
    }

    /** Who the client is, as backends are told. */
    Origin origin() {
        return origin;
    }

    /** The exchange lets go of this connection. */
    void exchangeEnded() {
        exchange = null;
    }

    /** The answer is out; {@code whole} tells whether all of the request was read. */
    void answered(boolean whole) {
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

    /** The exchange ends with an answer of our own. */
    void refused(OwnAnswer answer, boolean whole, Method method) {
        keepAlive &= whole && !door.draining();
        door.counters().count(answer);
        send(answer.encode(loop.allocator(), keepAlive, method != Method.HEAD));
        answered(whole);
    }

    /** The exchange ends with the pool's sorry page. */
    void excused(SorryPage page, boolean whole, Method method) {
        keepAlive &= whole && !door.draining();
        door.counters().count(page);
        send(page.encode(loop.allocator(), keepAlive, method != Method.HEAD));
        answered(whole);
    }

    /** No request can follow what is wrong here. */
    private void refuse(OwnAnswer answer, Method method) {
        refused(answer, false, method);
    }

    /** The exchange ends in the middle of its answer: only a cut tells the client so. */
    void cut(Cut cut) {
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

    /** Lets the connection end after the request that it is at. */
    void drain() {
        if (exchange == null && partialHead == null && !closing) {
            finish(false);
        }
    }

    /** Ends the exchange if it is at this backend. */
    void cutOff(BackendKey backend, InetSocketAddress address) {
        if (exchange != null && exchange.isAt(backend, address)) {
            exchange.cutOff();
        }
    }

    void closeNow() {
        var _ = channel.close();
    }

    /** An operator ends it: the client sees a reset, which nobody takes for the end of an answer. */
    void kick() {
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

    /** Where the request is, or is on its way to; null between requests. */
    @Nullable
    LoopBackend backend() {
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
        } else if (!current.requestRead()) {
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

    /** What was awaited did not come in time. */
    void timedOut(Awaited awaited) {
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
            case ANSWER_BODY -> {
                if (exchange != null) {
                    exchange.abort();
                }
                cut(channel.isWritable() ? Cut.BACKEND_STALLED : Cut.CLIENT_STALLED);
            }
        }
    }

    /** Bytes that either peer has not taken yet; it changes while they read. */
    long unsent() {
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
