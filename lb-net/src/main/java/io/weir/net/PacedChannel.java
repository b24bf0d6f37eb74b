package io.weir.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.weir.core.limit.Pace;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;

/**
 * Holds the bytes of a client's channel to its listener's bandwidth: the first handler of its pipeline. Confined to the channel's loop.
 *
 * <p>The channel reads by itself (AUTO_READ) when it is wanted to. It receives nothing and sends nothing while there is no
 * bandwidth. What is written meanwhile waits here and makes the channel unwritable, which holds up who writes; but a peer that has ended
 * its stream is read to the end by some transports, so that more may wait than who writes wanted to.
 */
public final class PacedChannel extends ChannelDuplexHandler {
    /** Of the writabilities that a channel lets its users have. */
    private static final int WRITABILITY = 1;

    private final Loop loop;

    private final Pace pace;

    private final ArrayDeque<Part> waiting = new ArrayDeque<>();

    private boolean holdsRead;

    private boolean holdsWrites;

    private record Part(ByteBuf bytes, ChannelPromise promise) {}

    public PacedChannel(Loop loop, Pace pace) {
        this.loop = loop;
        this.pace = pace;
    }

    /** Whether something that was written waits for bandwidth, which the buffer does not know of. */
    public static boolean holdsBack(ChannelOutboundBuffer buffer) {
        return !buffer.getUserDefinedWritability(WRITABILITY);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        pace.toBackends().moved(((ByteBuf) message).readableBytes(), System.nanoTime());
        context.fireChannelRead(message);
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (holdsRead) {
            return;
        }
        if (pace.toBackends().hasRoom(System.nanoTime())) {
            context.read();
        } else {
            holdsRead = true;
            stopReading(context.channel().config());
            loop.heldBack().add(() -> readOn(context));
        }
    }

    /** Once asked, nio reads on until reading is off; that it is on again makes it ask, which finds reading held. */
    private static void stopReading(ChannelConfig config) {
        boolean wanted = config.isAutoRead();
        config.setAutoRead(false);
        config.setAutoRead(wanted);
    }

    private void readOn(ChannelHandlerContext context) {
        holdsRead = false;
        boolean stillWanted = !context.isRemoved() && context.channel().config().isAutoRead();
        if (stillWanted) {
            read(context);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        waiting.add(new Part((ByteBuf) message, promise));
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        if (holdsWrites) {
            return;
        }
        long nowNanos = System.nanoTime();
        while (!waiting.isEmpty() && pace.toClients().hasRoom(nowNanos)) {
            Part next = waiting.remove();
            pace.toClients().moved(next.bytes.readableBytes(), nowNanos);
            var _ = context.write(next.bytes, next.promise);
        }
        context.flush();
        if (!waiting.isEmpty()) {
            holdsWrites = true;
            loop.heldBack().add(() -> flushOn(context));
        }
        tellWritability(context);
    }

    private void flushOn(ChannelHandlerContext context) {
        holdsWrites = false;
        if (!context.isRemoved()) {
            flush(context);
        }
    }

    private void tellWritability(ChannelHandlerContext context) {
        ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
        if (buffer != null) {
            buffer.setUserDefinedWritability(WRITABILITY, waiting.isEmpty());
        }
    }

    /** The channel is gone, and with it who waits for these. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        for (Part part = waiting.poll(); part != null; part = waiting.poll()) {
            part.bytes.release();
            part.promise.tryFailure(new ClosedChannelException());
        }
    }
}
