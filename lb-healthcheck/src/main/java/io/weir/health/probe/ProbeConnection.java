package io.weir.health.probe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.weir.core.health.DurationText;
import io.weir.core.health.ProbeOutcome.Cause;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One probe's connection: dials, secures, holds the conversation, judges once, and closes. Confined to the probe loop. One deadline covers all
 * until the verdict; after a success a second, short one gives the peer the time to close first.
 *
 * <p>Sharable, for it goes to a second channel when a kept one turns out to be closed, and the first lets go of it later.
 */
@ChannelHandler.Sharable
final class ProbeConnection extends ChannelInboundHandlerAdapter implements Prober.Running {
    private static final Logger LOG = LoggerFactory.getLogger(ProbeConnection.class);
    /** How long a peer may take to close after the verdict. */
    static final Duration LINGER = Duration.ofMillis(500);
    /** What is read of an answer after the verdict. */
    static final int BODY_LIMIT_BYTES = 8 * 1024;

    private final Dialler dialler;
    private final ProbeTarget target;
    private final ProbeConversation conversation;
    private final Optional<TlsProfile> tls;
    private final Prober.Listener listener;
    private final Verdict verdict;
    private final ChannelFutureListener gone = _ -> gone();
    private @Nullable SocketChannel channel;
    private boolean dialled;
    private boolean connected;
    /** The connection has served a probe before: its peer may have closed it just now. */
    private boolean used;
    private boolean heard;
    private boolean closed;
    private int bytesAfterVerdict;

    ProbeConnection(Dialler dialler, ProbeTarget target, ProbeConversation conversation, Optional<TlsProfile> tls,
            Prober.Listener listener) {
        this.dialler = dialler;
        this.target = target;
        this.conversation = conversation;
        this.tls = tls;
        this.listener = listener;
        this.verdict = new Verdict(dialler.loop(), listener);
    }

    void open() {
        assert dialler.loop().inLoop() : "not on " + dialler.loop();
        verdict.within(target.check().timeout(), this::timedOut);
        SocketChannel kept = conversation.keepsConnections() ? dialler.kept().take(target) : null;
        if (kept != null) {
            used = true;
            dialled = true;
            use(kept);
            converse();
        } else {
            begin();
        }
    }

    private void begin() {
        if (tls.isPresent()) {
            prepare(tls.get());
        } else {
            dial(null);
        }
    }

    private void prepare(TlsProfile profile) {
        var _ = dialler.tls().context(profile).whenComplete((context, unreadable) -> {
            var _ = dialler.loop().run(() -> prepared(context, unreadable));
        });
    }

    private void prepared(@Nullable SslContext context, @Nullable Throwable unreadable) {
        if (verdict.given()) {
            end();
        } else if (context == null) {
            verdict.give(ConnectFailures.notTried(verdict.startedNanos(), unreadable));
            end();
        } else {
            dial(context);
        }
    }

    private void dial(@Nullable SslContext context) {
        SocketChannel opened = dialler.open(target, verdict);
        if (opened == null) {
            end();
            return;
        }
        if (context != null) {
            secure(opened, context);
        }
        LocalHeader.addTo(opened, target.header());
        use(opened);
        var _ = dialler.connect(opened, target).addListener(this::dialled);
    }

    /** The handshake begins when the connection stands. */
    private void secure(SocketChannel opened, SslContext context) {
        SslHandler handler = tls.orElseThrow().handler(context, opened.alloc(), target.address());
        opened.pipeline().addLast(handler);
        var _ = handler.handshakeFuture().addListener(handshake -> secured(handler, handshake));
    }

    private void use(SocketChannel opened) {
        channel = opened;
        opened.pipeline().addLast(this);
        var _ = opened.closeFuture().addListener(gone);
    }

    private void dialled(Future<? super Void> dial) {
        if (verdict.given()) {
            return;
        }
        Throwable failure = dial.cause();
        if (failure != null) {
            verdict.give(ConnectFailures.outcome(verdict.startedNanos(), failure));
            close();
            return;
        }
        dialled = true;
        if (channel != null) {
            var _ = LocalHeader.send(channel, target.header()).addListener(this::introduced);
        }
    }

    /** The handshake goes on by itself. */
    private void introduced(Future<?> header) {
        if (verdict.given() || tls.isPresent()) {
            return;
        }
        Throwable failure = header.cause();
        if (failure != null) {
            failed(failure);
        } else {
            greet();
        }
    }

    private void secured(SslHandler handler, Future<?> handshake) {
        if (verdict.given() || !dialled) {
            return;
        }
        Throwable failure = handshake.cause();
        if (failure != null) {
            failed(failure);
            return;
        }
        try {
            tls.orElseThrow().check(handler);
        } catch (CertificateException | SSLException refused) {
            failed(refused);
            return;
        }
        greet();
    }

    /** Begins the conversation over a new connection. */
    private void greet() {
        SocketChannel open = channel;
        if (open != null) {
            conversation.codec().forEach(handler -> open.pipeline().addBefore(open.pipeline().context(this).name(), null, handler));
            converse();
        }
    }

    private void converse() {
        connected = true;
        conversation.connected(this);
    }

    private void timedOut() {
        Duration timeout = target.check().timeout();
        if (connected) {
            fail(Cause.NO_ANSWER, "no answer within " + DurationText.of(timeout));
        } else if (dialled) {
            fail(Cause.NO_ANSWER, "no TLS handshake within " + DurationText.of(timeout));
        } else {
            fail(Cause.CONNECT_TIMED_OUT, Cause.CONNECT_TIMED_OUT.text());
        }
    }

    void send(Object message) {
        SocketChannel open = channel;
        if (open != null) {
            var _ = open.writeAndFlush(message);
        }
    }

    /** The member is well; what it still sends is dropped until it closes. */
    void pass() {
        verdict.pass();
        var _ = dialler.loop().eventLoop().schedule(this::close, LINGER.toNanos(), TimeUnit.NANOSECONDS);
    }

    void fail(Cause cause, String detail) {
        verdict.fail(cause, detail);
        close();
    }

    /** The member is well, and its connection can serve the next probe. */
    void passAndKeep() {
        SocketChannel open = channel;
        verdict.pass();
        if (open != null) {
            open.pipeline().remove(this);
            var _ = open.closeFuture().removeListener(gone);
            channel = null;
            dialler.kept().keep(target, open);
        }
        end();
    }

    /** Sends FIN, after the end of TLS where there is TLS. */
    void endOutput() {
        SocketChannel open = channel;
        if (open == null) {
            return;
        }
        SslHandler handler = open.pipeline().get(SslHandler.class);
        if (handler == null) {
            var _ = open.shutdownOutput();
        } else {
            var _ = handler.closeOutbound().addListener(_ -> {
                var _ = open.shutdownOutput();
            });
        }
    }

    /** Closes with RST. */
    void reset() {
        SocketChannel open = channel;
        if (open != null && open.isOpen()) { // else its number may be another connection's
            open.config().setSoLinger(0);
            close();
        }
    }

    @Override
    public void abandon() {
        verdict.drop();
        close();
    }

    private void close() {
        SocketChannel open = channel;
        if (open != null) {
            var _ = open.close();
        }
    }

    private void gone() {
        channel = null;
        if (!verdict.given()) {
            if (used && !heard) {
                dialAgain();
                return;
            }
            closedEarly();
        }
        end();
    }

    /** A peer may close a kept connection at any time: that is no answer to this probe. */
    private void dialAgain() {
        used = false;
        dialled = false;
        connected = false;
        begin();
    }

    private void closedEarly() {
        if (connected) {
            conversation.closedByPeer(this);
        } else if (dialled) {
            verdict.fail(Cause.CLOSED, "closed within the TLS handshake");
        } else {
            verdict.notTried("the probe loop was shut down");
        }
    }

    private void end() {
        if (!closed) {
            closed = true;
            verdict.drop();
            listener.closed();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (!verdict.given()) {
                heard = true;
                conversation.received(message, this);
                return;
            }
            bytesAfterVerdict += bytes(message);
            if (bytesAfterVerdict > BODY_LIMIT_BYTES) {
                close();
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private static int bytes(Object message) {
        return switch (message) {
            case ByteBuf bytes -> bytes.readableBytes();
            case ByteBufHolder holder -> holder.content().readableBytes();
            default -> 0;
        };
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        if (!(used && !heard && thrown instanceof IOException)) {
            failed(thrown);
        } else {
            close();
        }
    }

    private void failed(Throwable thrown) {
        Throwable failure = thrown instanceof DecoderException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (failure instanceof SSLException || failure instanceof CertificateException) {
            verdict.give(TlsFailures.outcome(verdict.startedNanos(), failure));
        } else if (failure instanceof ClosedChannelException) {
            verdict.fail(Cause.CLOSED, Cause.CLOSED.text());
        } else if (failure instanceof IOException) {
            verdict.fail(Cause.RESET, Cause.RESET.text());
        } else if (failure instanceof Http2Exception) {
            verdict.fail(Cause.BAD_ANSWER, "not an HTTP/2 answer");
        } else {
            LOG.error("probe of {} failed on our side", target.address(), failure);
            verdict.notTried(failure.toString());
        }
        close();
    }
}
