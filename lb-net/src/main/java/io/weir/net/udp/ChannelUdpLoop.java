package io.weir.net.udp;

import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.weir.net.DescriptorReserve;
import io.weir.net.Loop;
import io.weir.net.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Moves datagrams one by one over Netty's channels, where there is nothing below them: on nio. Confined to its loop. It
 * does not hear of datagrams that come back, nor which address of several a client asked.
 */
final class ChannelUdpLoop extends UdpLoop {
    /** The longest datagram. */
    private static final int DATAGRAM_BYTES = 65_535;

    private static final InetSocketAddress ANY = new InetSocketAddress("0.0.0.0", 0);

    private static final InetSocketAddress ANY_6 = new InetSocketAddress("::", 0);

    private final Transport transport;

    ChannelUdpLoop(Loop loop, Transport transport) {
        super(loop);
        this.transport = transport;
    }

    @Override
    @Nullable
    UpstreamPort open(UpstreamPorts ports, int index) {
        if (DescriptorReserve.isNext()) {
            return null;
        }
        var port = new ChannelPort(this, ports, index);
        try {
            port.channel(open(ports.inet6() ? ANY_6 : ANY, false, port.handler()));
            return port;
        } catch (IOException exhausted) {
            return null;
        }
    }

    /** Opens a channel on this loop and binds it; both are done at once on the loop's own thread. */
    DatagramChannel open(InetSocketAddress address, boolean shared, ChannelInboundHandler handler) throws IOException {
        DatagramChannel channel = transport.newDatagramChannel(address);
        channel.pipeline().addLast(handler);
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(DATAGRAM_BYTES));
        if (shared) {
            channel.config().setOption(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
        }
        var _ = loop().register(channel);
        var bound = channel.bind(address);
        if (!bound.isSuccess()) {
            var _ = channel.close();
            Throwable cause = bound.cause();
            throw new IOException(cause == null ? "not bound" : cause.getMessage(), cause);
        }
        return channel;
    }
}
