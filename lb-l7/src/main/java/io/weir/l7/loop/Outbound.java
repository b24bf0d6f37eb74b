package io.weir.l7.loop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.weir.net.PacedChannel;

/** What waits in a channel to be taken by the kernel. Called on the channel's loop. */
public final class Outbound {
    private Outbound() {}

    /** Whether everything that was written is in the kernel. */
    public static boolean isEmpty(Channel channel) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        if (waiting == null) {
            return true;
        }
        return waiting.totalPendingWriteBytes() == 0 && !PacedChannel.holdsBack(waiting); // also what waits for a flush
    }

    /** Bytes that wait, with some for each buffer; it changes whenever the kernel takes a byte. */
    public static long unsent(Channel channel) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress();
    }

    /** {@code part} as it should be written: what has to wait must not hold a large read buffer for a few bytes. */
    public static ByteBuf ready(HttpLoop loop, Channel channel, ByteBuf part) {
        return isEmpty(channel) ? part : loop.compact(part);
    }
}
