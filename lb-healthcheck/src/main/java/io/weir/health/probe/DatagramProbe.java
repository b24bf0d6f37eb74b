package io.weir.health.probe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import io.weir.core.health.DurationText;
import io.weir.core.health.ProbeOutcome.Cause;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One probe over a connected datagram socket: one datagram out, one back, or silence. A connected socket is told of the peer's ICMP "port
 * unreachable" and hears nobody else. Confined to the probe loop.
 */
final class DatagramProbe extends SimpleChannelInboundHandler<DatagramPacket> implements Prober.Running {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramProbe.class);

    private final Dialler dialler;
    private final ProbeTarget target;
    private final Question question;
    private final Prober.Listener listener;
    private final Verdict verdict;
    private @Nullable DatagramChannel channel;

    /** What is asked, and what the answers mean. */
    interface Question {
        byte[] datagram();

        /** Whether a member that says nothing is well. */
        boolean silencePasses();

        Reading read(byte[] answer);
    }

    /** What a datagram means. */
    sealed interface Reading {
        record Passed() implements Reading {}

        record Failed(Cause cause, String detail) implements Reading {}

        /** An answer to somebody else's question: the right one may still come. */
        record Ignored() implements Reading {}
    }

    DatagramProbe(Dialler dialler, ProbeTarget target, Question question, Prober.Listener listener) {
        this.dialler = dialler;
        this.target = target;
        this.question = question;
        this.listener = listener;
        this.verdict = new Verdict(dialler.loop(), listener);
    }

    void open() {
        assert dialler.loop().inLoop() : "not on " + dialler.loop();
        DatagramChannel opened = dialler.openDatagram(target, verdict);
        if (opened == null) {
            listener.closed();
            return;
        }
        channel = opened;
        verdict.within(target.check().timeout(), this::timedOut);
        opened.pipeline().addLast(this);
        var _ = opened.closeFuture().addListener(_ -> gone());
        var _ = dialler.connect(opened, target).addListener(this::connected);
    }

    private void connected(Future<? super Void> connect) {
        DatagramChannel open = channel;
        if (connect.cause() != null) {
            failed(connect.cause());
        } else if (open != null && !verdict.given()) {
            var _ = open.writeAndFlush(Unpooled.wrappedBuffer(question.datagram())).addListener(sent -> {
                if (sent.cause() != null) {
                    failed(sent.cause());
                }
            });
        }
    }

    private void failed(Throwable failure) {
        if (failure instanceof IOException && isRefusal(failure)) {
            verdict.fail(Cause.PORT_UNREACHABLE, Cause.PORT_UNREACHABLE.text());
        } else if (failure instanceof IOException) {
            verdict.give(ConnectFailures.outcome(verdict.startedNanos(), failure));
        } else {
            LOG.error("probe of {} failed on our side", target.address(), failure);
            verdict.notTried(failure.toString());
        }
        abandon();
    }

    /** ECONNREFUSED, which the kernel makes of ICMP "port unreachable" (udp(7)); the transports word it differently. */
    private static boolean isRefusal(Throwable failure) {
        return failure instanceof PortUnreachableException
                || String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("refused");
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket answer) {
        ByteBuf content = answer.content();
        switch (question.read(ByteBufUtil.getBytes(content))) {
            case Reading.Passed _ -> {
                verdict.pass();
                abandon();
            }
            case Reading.Failed(Cause cause, String detail) -> {
                verdict.fail(cause, detail);
                abandon();
            }
            case Reading.Ignored _ -> {
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        failed(failure);
    }

    private void timedOut() {
        Duration timeout = target.check().timeout();
        if (question.silencePasses()) {
            verdict.pass();
        } else {
            verdict.fail(Cause.NO_ANSWER, "no answer within " + DurationText.of(timeout));
        }
        abandon();
    }

    @Override
    public void abandon() {
        verdict.drop();
        DatagramChannel open = channel;
        if (open != null) {
            // Netty's epoll channel goes on reading in the loop in which it was closed, unless told: the number may be another's by then.
            open.config().setAutoRead(false);
            var _ = open.close();
        }
    }

    private void gone() {
        if (!verdict.given()) {
            verdict.notTried("the probe loop was shut down");
        }
        listener.closed();
    }
}
