package io.weir.health.probe;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerAdapter;
import io.weir.core.model.ProxyProtocol;
import io.weir.net.ProxyHeader;

/** The PROXY header of a probe, which goes in front of everything, a TLS handshake too. Confined to the probe loop. */
final class LocalHeader extends ChannelHandlerAdapter {
    private LocalHeader() {}

    /** Makes room for it in front of all that is in the pipeline so far. */
    static void addTo(Channel channel, ProxyProtocol wanted) {
        if (!wanted.equals(ProxyProtocol.NONE)) {
            channel.pipeline().addFirst(new LocalHeader());
        }
    }

    /** Sends it, if the target wants one, over a connection that stands; done when nothing of it can be lost by a close. */
    static ChannelFuture send(Channel channel, ProxyProtocol wanted) {
        var place = channel.pipeline().context(LocalHeader.class);
        return place == null ? channel.newSucceededFuture() : place.writeAndFlush(Unpooled.wrappedBuffer(ProxyHeader.local(wanted)));
    }
}
