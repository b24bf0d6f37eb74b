package io.weir.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.weir.core.limit.Pace;

/**
 * Holds the bytes of a client's channel to its listener's bandwidth: the first handler of its pipeline. Confined to the channel's loop.
 *
 * <p>The channel reads by itself (AUTO_READ) when it is wanted to. It receives nothing and flushes nothing while there is no
 * bandwidth. What is written meanwhile waits in the channel, which becomes unwritable by it, and that holds up who writes.
 */
public final class PacedChannel extends ChannelDuplexHandler {
    private final Loop loop;

    private final Pace pace;

    /** Written and not yet flushed. */
    private int unflushed;

    private boolean holdsRead;

    private boolean holdsFlush;

    public PacedChannel(Loop loop, Pace pace) {
        this.loop = loop;
        this.pace = pace;
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
        unflushed += ((ByteBuf) message).readableBytes();
        var _ = context.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        if (holdsFlush) {
            return;
        }
        long nowNanos = System.nanoTime();
        if (pace.toClients().hasRoom(nowNanos)) {
            pace.toClients().moved(unflushed, nowNanos);
            unflushed = 0;
            context.flush();
        } else {
            holdsFlush = true;
            loop.heldBack().add(() -> flushOn(context));
        }
    }

    private void flushOn(ChannelHandlerContext context) {
        holdsFlush = false;
        if (!context.isRemoved()) {
            flush(context);
        }
    }
}
