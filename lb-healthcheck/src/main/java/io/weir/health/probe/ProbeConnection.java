package io.weir.health.probe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.weir.core.health.DurationText;
import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.net.Loop;
import io.weir.net.Transport;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One probe's connection: dials, holds the conversation, judges once, and closes. Confined to the probe loop. One deadline covers all until
 * the verdict; after a success a second, short one gives the peer the time to close first.
 */
final class ProbeConnection extends ChannelInboundHandlerAdapter implements Prober.Running {
    private static final Logger LOG = LoggerFactory.getLogger(ProbeConnection.class);
    /** How long a peer may take to close after the verdict. */
    static final Duration LINGER = Duration.ofMillis(500);
    /** What is read of an answer after its head. */
    static final int BODY_LIMIT_BYTES = 8 * 1024;

    private final Loop loop;
    private final ProbeTarget target;
    private final ProbeConversation conversation;
    private final Prober.Listener listener;
    private final long startedNanos = System.nanoTime();
    private @Nullable SocketChannel channel;
    private @Nullable Future<?> deadline;
    private boolean connected;
    private boolean judged;
    private int bytesAfterVerdict;

    ProbeConnection(Loop loop, ProbeTarget target, ProbeConversation conversation, Prober.Listener listener) {
        this.loop = loop;
        this.target = target;
        this.conversation = conversation;
        this.listener = listener;
    }

    void open(Transport transport) {
        assert loop.inLoop() : "not on " + loop;
        SocketChannel opened;
        try {
            opened = transport.newClientChannel();
        } catch (RuntimeException noSocket) {
            judge(ConnectFailures.notTried(startedNanos, noSocket));
            listener.closed();
            return;
        }
        channel = opened;
        opened.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0); // the deadline covers it
        opened.pipeline().addLast(this);
        var _ = opened.closeFuture().addListener(_ -> closed());
        deadline = in(target.check().effectiveTimeout(), this::timedOut);
        ChannelFuture registered = loop.register(opened);
        if (registered.isSuccess()) {
            var _ = opened.connect(target.address()).addListener(this::dialled);
        } else {
            judge(ConnectFailures.notTried(startedNanos, registered.cause()));
            close();
        }
    }

    private Future<?> in(Duration delay, Runnable task) {
        return loop.eventLoop().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void dialled(Future<? super Void> dial) {
        if (judged) {
            return;
        }
        Throwable failure = dial.cause();
        if (failure != null) {
            judge(ConnectFailures.outcome(startedNanos, failure));
            close();
            return;
        }
        connected = true;
        conversation.connected(this);
    }

    private void timedOut() {
        if (connected) {
            fail(Cause.NO_ANSWER, "no answer within " + DurationText.of(target.check().effectiveTimeout()));
        } else {
            fail(Cause.CONNECT_TIMED_OUT, Cause.CONNECT_TIMED_OUT.text());
        }
    }

    void send(String text) {
        SocketChannel open = channel;
        if (open != null) {
            var _ = open.writeAndFlush(ByteBufUtil.encodeString(open.alloc(), CharBuffer.wrap(text), StandardCharsets.US_ASCII));
        }
    }

    /** The member is well; what it still sends is dropped until it closes. */
    void pass() {
        judge(new ProbeOutcome.Success(startedNanos, Duration.ofNanos(System.nanoTime() - startedNanos)));
        deadline = in(LINGER, this::close);
    }

    void fail(Cause cause, String detail) {
        judge(new ProbeOutcome.Failure(startedNanos, cause, detail));
        close();
    }

    /** Sends FIN. */
    void endOutput() {
        SocketChannel open = channel;
        if (open != null) {
            var _ = open.shutdownOutput();
        }
    }

    @Override
    public void abandon() {
        judged = true;
        close();
    }

    private void judge(ProbeOutcome outcome) {
        if (judged) {
            return;
        }
        judged = true;
        cancelDeadline();
        listener.judged(outcome);
    }

    private void close() {
        SocketChannel open = channel;
        if (open != null) {
            var _ = open.close();
        }
    }

    private void closed() {
        if (!judged) {
            closedEarly();
        }
        cancelDeadline();
        listener.closed();
    }

    private void closedEarly() {
        if (connected) {
            conversation.closedByPeer(this);
        } else {
            judge(new ProbeOutcome.NotTried(startedNanos, "the probe loop was shut down"));
        }
    }

    private void cancelDeadline() {
        Future<?> running = deadline;
        if (running != null) {
            var _ = running.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (!(message instanceof ByteBuf bytes)) {
                return;
            }
            if (!judged) {
                conversation.received(bytes, this);
                return;
            }
            bytesAfterVerdict += bytes.readableBytes();
            if (bytesAfterVerdict > BODY_LIMIT_BYTES) {
                close();
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            fail(Cause.RESET, Cause.RESET.text());
        } else {
            LOG.error("backend={} probe failed on our side", target.backend(), cause);
            judge(new ProbeOutcome.NotTried(startedNanos, cause.toString()));
            close();
        }
    }
}
