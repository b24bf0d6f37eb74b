package io.weir.l7.backend;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.l7.guard.Body;
import io.weir.l7.guard.BodyReader;
import io.weir.l7.guard.ResponseGuard;
import io.weir.l7.guard.Verdict;
import io.weir.l7.head.HeadLimits;
import io.weir.l7.head.HeadScanner;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Scan;
import io.weir.l7.loop.HttpLoop;
import io.weir.l7.loop.Outbound;
import io.weir.net.ConnectFailures;
import io.weir.net.Deadline;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a backend, which answers one request at a time. Confined to its loop.
 *
 * <p>It is reused only after an exchange about which nothing was unclear: whole request sent, whole answer received, not
 * one byte more.
 */
public final class BackendConnection extends ChannelInboundHandlerAdapter {
    private static final int MAX_INTERIM_ANSWERS = 16;

    private final HttpLoop loop;
    private final BackendPool pool;
    private final Channel channel;
    private final BodyReader body = new BodyReader();

    private @Nullable AnswerReceiver receiver;
    private @Nullable HeadScanner partialHead;
    private @Nullable ConnectDeadline connectDeadline;
    private boolean heard;
    private boolean headSeen;
    private boolean keepAlive;
    private boolean endsWithConnection;
    private boolean failed;
    private int interimAnswers;

    /** Links of the pool's list, and since when the connection is in it. */
    @Nullable
    BackendConnection newer;

    @Nullable
    BackendConnection older;

    boolean pooled;
    long idleSinceTick;

    BackendConnection(HttpLoop loop, BackendPool pool, Channel channel) {
        this.loop = loop;
        this.pool = pool;
        this.channel = channel;
    }

    /** Connects within {@code ticks} and tells {@code asking} how it went. */
    void dial(AnswerReceiver asking, ChannelFuture connecting, long ticks) {
        receiver = asking;
        if (!connecting.isDone()) {
            connectDeadline = new ConnectDeadline();
            loop.timers().scheduleTicks(connectDeadline, ticks);
        }
        var _ = connecting.addListener((ChannelFuture done) -> dialled(done.cause()));
    }

    /** Takes the next request's asker; the connection is connected and free. */
    public void begin(AnswerReceiver asking) {
        receiver = asking;
        heard = false;
        headSeen = false;
        interimAnswers = 0;
    }

    /** Sends part of the request. */
    public void send(ByteBuf part) {
        var _ = channel.writeAndFlush(Outbound.ready(loop, channel, part), channel.voidPromise());
    }

    /** Bytes that were sent but are not in the kernel yet. */
    public long unsent() {
        return Outbound.unsent(channel);
    }

    /** Whether more of the request may be sent without piling up. */
    public boolean writable() {
        return channel.isWritable();
    }

    /** Stops or goes on reading the answer. */
    public void reading(boolean on) {
        if (channel.config().isAutoRead() != on) {
            channel.config().setAutoRead(on);
        }
    }

    public boolean alive() {
        return channel.isActive();
    }

    /** Puts the connection back for the next request. */
    public void release() {
        reading(true);
        pool.give(this);
    }

    /** Closes, and tells nobody. */
    public void close() {
        receiver = null;
        var _ = channel.close();
    }

    private void dialled(@Nullable Throwable cause) {
        if (connectDeadline != null) {
            loop.timers().cancel(connectDeadline);
        }
        AnswerReceiver asking = receiver;
        if (cause == null && asking != null) {
            asking.connected();
        } else {
            close();
            if (asking != null) {
                asking.connectFailed(ConnectFailures.of(cause));
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        AnswerReceiver asking = receiver;
        heard = true;
        if (asking == null) {
            in.release();
            close();
        } else if (headSeen) {
            body(asking, in);
        } else {
            head(asking, in);
        }
    }

    private void head(AnswerReceiver asking, ByteBuf in) {
        HeadScanner scanner = partialHead == null ? loop.responses().take(HeadLimits.RESPONSE) : partialHead;
        Scan scan = scanner.scan(in);
        if (scan == Scan.PARTIAL) {
            partialHead = scanner;
            in.release();
            return;
        }
        partialHead = null;
        ResponseGuard guard = loop.responseGuard();
        Verdict verdict = scan == Scan.COMPLETE ? guard.judge(scanner.head(), asking.method()) : Verdict.of(scan);
        if (verdict == Verdict.OK && ResponseGuard.interim(scanner.head().status())) {
            interim(asking, scanner, in);
            return;
        }
        if (verdict == Verdict.OK) {
            verdict = answer(asking, scanner.head(), guard, in);
        } else {
            in.release();
        }
        loop.responses().giveBack(scanner);
        if (verdict != Verdict.OK) {
            malformed(asking, verdict);
        } else if (headSeen && body.done()) {
            finish(asking);
        }
    }

    private void interim(AnswerReceiver asking, HeadScanner scanner, ByteBuf in) {
        interimAnswers++;
        boolean tooMany = interimAnswers > MAX_INTERIM_ANSWERS;
        if (!tooMany && scanner.head().status() != 100) {
            asking.interim(scanner.head());
        }
        loop.responses().giveBack(scanner);
        if (tooMany) {
            in.release();
            malformed(asking, Verdict.BAD_STATUS_LINE);
        } else if (receiver == null || !in.isReadable()) {
            in.release();
        } else {
            head(asking, in);
        }
    }

    /** What follows a whole answer makes the connection useless: it is nobody's. */
    private Verdict answer(AnswerReceiver asking, MessageHead head, ResponseGuard guard, ByteBuf in) {
        endsWithConnection = guard.body() == Body.UNTIL_CLOSE;
        keepAlive = guard.keepAlive();
        body.begin(guard.body(), asking.acceptsChunks(), Long.MAX_VALUE);
        Verdict verdict = body.pass(in);
        if (verdict != Verdict.OK) {
            in.release();
            return verdict;
        }
        headSeen = true;
        trim(in);
        asking.answer(head, guard, in, body.done());
        return Verdict.OK;
    }

    private void body(AnswerReceiver asking, ByteBuf in) {
        Verdict verdict = body.pass(in);
        if (verdict != Verdict.OK) {
            in.release();
            malformed(asking, verdict);
            return;
        }
        trim(in);
        if (in.isReadable()) {
            asking.body(in);
        } else {
            in.release();
        }
        if (body.done()) {
            finish(asking);
        }
    }

    private void trim(ByteBuf in) {
        keepAlive &= body.readEnd() == in.writerIndex();
        in.writerIndex(body.passedEnd());
    }

    /** Nobody asks any more when the receiver gave up while it was told. */
    private void finish(AnswerReceiver asking) {
        if (receiver != null) {
            receiver = null;
            asking.finished(keepAlive);
        }
    }

    private void malformed(AnswerReceiver asking, Verdict verdict) {
        close();
        asking.malformed(verdict);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (receiver != null && channel.isWritable()) {
            receiver.writable();
        }
    }

    /** A failed write closes the sending half only: the backend may have answered before it hung up. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failed = true;
        if (!(cause instanceof IOException)) {
            loop.fault(cause);
            var _ = context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        pool.gone(this);
        if (partialHead != null) {
            loop.responses().giveBack(partialHead);
            partialHead = null;
        }
        AnswerReceiver asking = receiver;
        receiver = null;
        if (asking == null) {
            return;
        }
        if (headSeen && endsWithConnection && !failed) {
            asking.finished(false);
        } else {
            asking.lost(heard);
        }
    }

    /** The connection is not there in time. */
    private final class ConnectDeadline extends Deadline {
        @Override
        protected void expired() {
            AnswerReceiver asking = receiver;
            close();
            if (asking != null) {
                asking.connectFailed(ConnectFailure.TIMED_OUT);
            }
        }
    }
}
