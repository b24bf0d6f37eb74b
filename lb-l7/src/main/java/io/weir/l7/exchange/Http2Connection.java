package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.weir.core.balance.LoopBackend;
import io.weir.core.health.BackendKey;
import io.weir.core.model.Listener;
import io.weir.l7.h2.ErrorCode;
import io.weir.l7.h2.FrameWriter;
import io.weir.l7.loop.HttpLoop;
import io.weir.l7.loop.Outbound;
import io.weir.net.ChannelListener;
import io.weir.net.TimerWheel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection that speaks HTTP/2: its channel, its deadlines and its end. {@link Http2Input} reads,
 * {@link Http2Output} writes, {@link Http2Streams} holds the requests. Confined to its loop.
 */
final class Http2Connection extends ChannelInboundHandlerAdapter implements Spoken, Patience.Waiter {
    private static final int MAX_DISCARDED = 4 * 1024 * 1024;
    private static final long LINGER_TICKS = TimerWheel.ticksFor(Duration.ofSeconds(2));

    private final Door door;
    private final HttpLoop loop;
    private final HttpSession session;
    private final DuplexChannel channel;
    private final Http2Output output;
    private final Patience patience;
    private final Http2Streams streams;
    private final Http2Input input;
    private final Goodbye goodbye;

    private Settings settings;
    private boolean headAwaited;
    private boolean inputEnded;
    private boolean closing;
    private int discarded;

    Http2Connection(Door door, HttpSession session, Settings settings, DuplexChannel channel) {
        this.door = door;
        this.loop = door.loop();
        this.session = session;
        this.settings = settings;
        this.channel = channel;
        this.output = new Http2Output(this, loop, channel, session);
        this.patience = new Patience(loop.timers(), loop.memory(), this);
        this.streams = new Http2Streams(this, output, door);
        this.input = new Http2Input(this, output, streams, door);
        this.goodbye = new Goodbye(this);
    }

    /** Goes on with what the client has sent so far, the preface first. */
    void begin(ByteBuf all, boolean inputHasEnded) {
        session.speak(this);
        inputEnded = inputHasEnded;
        FrameWriter.settings(output.room(64), settings.streams(), Http2Stream.WINDOW, settings.head().headBytes());
        FrameWriter.windowUpdate(output.room(64), 0, Http2Streams.WINDOW - Http2Stream.WINDOW);
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
        input.take(in);
        updateDeadline();
    }

    void flooded() {
        door.counters().count(Cut.CLIENT_FLOODED);
        end(ErrorCode.ENHANCE_YOUR_CALM);
    }

    void fail(ErrorCode error) {
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
            streams.abandon(stream);
        }
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

    boolean closing() {
        return closing;
    }

    /** The listener has this configuration now. */
    void follow(Listener.Http listener) {
        settings = door.settings(listener);
    }

    Settings settings() {
        return settings;
    }

    Http2Input input() {
        return input;
    }

    Goodbye goodbye() {
        return goodbye;
    }

    /** No stream is open any more. */
    void idle() {
        patience.touch();
        goodbye.idle();
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

    /** From the first byte of a head to its last there is a deadline; streams have their own. */
    private void updateDeadline() {
        boolean midway = input.midwayInHead();
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
    public void tooSlow(Awaited what) {
        close(Cut.CLIENT_TOO_SLOW);
    }

    @Override
    public void evict() {
        close(Cut.CLIENT_EVICTED);
    }

    private void close(Cut cut) {
        door.counters().count(cut);
        closeNow();
    }

    @Override
    public long minimumRate() {
        return settings.minimumBodyRate();
    }

    /** Of all streams: one may wait while others move. */
    @Override
    public long moved() {
        return session.moved() - unsent();
    }

    @Override
    public boolean waitsForClient(Awaited what) {
        return unsent() > 0;
    }

    @Override
    public long held() {
        return unsent();
    }

    @Override
    public long unsent() {
        return Outbound.unsent(channel);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!closing && channel.isWritable()) {
            input.outputWritable();
            output.resumeSoon();
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
        input.close();
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
