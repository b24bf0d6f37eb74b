package io.weir.net.udp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One listener on one loop, on a channel of its own. Confined to the loop. */
final class ChannelDoor extends FlowDoor {
    private final Peer client = new Peer();

    private final Peer asked = new Peer();

    /** Where the datagrams of this turn go out. */
    private final Set<ChannelPort> written = new LinkedHashSet<>();

    private @Nullable DatagramChannel channel;

    private ChannelDoor(ChannelUdpLoop loop, InetSocketAddress address, FlowPolicy policy) {
        super(loop, address, false, policy);
    }

    /** Opens a channel on the address; on the loop. */
    static ChannelDoor open(ChannelUdpLoop loop, InetSocketAddress address, FlowPolicy policy) throws IOException {
        var door = new ChannelDoor(loop, address, policy);
        door.channel = loop.open(address, true, door.handler());
        return door;
    }

    private DatagramChannel channel() {
        return Objects.requireNonNull(channel);
    }

    private void take(DatagramPacket datagram) {
        client.set(datagram.sender(), inet6());
        ByteBuf content = datagram.content();
        UdpFlow flow = flow(content);
        if (flow != null && flow.port() instanceof ChannelPort port) {
            int bytes = content.readableBytes();
            if (!flow.hasRoom(true, 1, bytes)) {
                return;
            }
            counters().datagramsToBackends().increment();
            counters().traffic().bytesToBackends().add(bytes);
            flow.sent(1, bytes);
            byte[] header = flow.header();
            port.write(flow,
                    header.length == 0 ? content.retain() : Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(header), content.retain()));
            written.add(port);
        }
    }

    private @Nullable UdpFlow flow(ByteBuf content) {
        NamedClient named = null;
        boolean _ = isToReadHeadersAnew();
        if (mustSendHeader(client)) {
            Preface preface = preface(content.nioBuffer(), client);
            if (preface == null) {
                return null;
            }
            content.skipBytes(preface.bytes());
            named = preface.named();
        }
        UdpFlow flow = find(client, asked, named);
        return flow == null ? admit(client, asked, named, MemorySegment.ofBuffer(content.nioBuffer()).asReadOnly()) : flow;
    }

    /** Sends an answer, which it takes over, at the next flush. */
    void write(UdpFlow flow, ByteBuf answer) {
        if (!channel().isWritable()) {
            answer.release();
            counters().drops(Drop.CLIENT_BUSY).increment();
            return;
        }
        var _ = channel().write(new DatagramPacket(answer, flow.sender())).addListener(sent -> {
            if (!sent.isSuccess()) {
                counters().drops(Drop.UNSENDABLE).increment();
            }
        });
    }

    void flush() {
        channel().flush();
    }

    private ChannelInboundHandler handler() {
        return new SimpleChannelInboundHandler<DatagramPacket>() {
            @Override
            protected void channelRead0(ChannelHandlerContext context, DatagramPacket datagram) {
                take(datagram);
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
                written.forEach(ChannelPort::flush);
                written.clear();
            }
        };
    }

    /** The address is free when the selector has looked once more, which it does before it runs what is due later. */
    @Override
    void shut() {
        var _ = channel().close().addListener(_ -> {
            var _ = shared().loop().eventLoop().schedule(() -> ended().complete(null), 1, TimeUnit.MILLISECONDS);
        });
    }
}
