package io.weir.net.udp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A port towards backends on a channel of its own, unconnected: several backends answer to it. Confined to its loop. */
final class ChannelPort extends UpstreamPort {
    private final ChannelUdpLoop loop;

    private final UpstreamPorts ports;

    private final Peer peer = new Peer();

    /** Where the answers of this turn go out. */
    private final Set<ChannelDoor> answered = new LinkedHashSet<>();

    private @Nullable DatagramChannel channel;

    ChannelPort(ChannelUdpLoop loop, UpstreamPorts ports, int index) {
        super(index);
        this.loop = loop;
        this.ports = ports;
    }

    void channel(DatagramChannel opened) {
        channel = opened;
    }

    private DatagramChannel channel() {
        return Objects.requireNonNull(channel);
    }

    /** Sends a datagram, which it takes over, to the flow's backend when the loop has read all. */
    void write(UdpFlow flow, ByteBuf datagram) {
        UdpCounters counters = flow.door().counters();
        if (!channel().isWritable()) {
            datagram.release();
            counters.drops(Drop.BACKEND_BUSY).increment();
            return;
        }
        var _ = channel().write(new DatagramPacket(datagram, flow.lane().address())).addListener(sent -> {
            if (!sent.isSuccess()) {
                counters.drops(Drop.UNSENDABLE).increment();
            }
        });
    }

    void flush() {
        channel().flush();
    }

    private void take(DatagramPacket answer) {
        peer.set(answer.sender(), ports.inet6());
        Lane lane = ports.lane(peer);
        UdpFlow flow = lane == null ? null : lane.flow(index());
        if (flow == null || !(flow.door() instanceof ChannelDoor door)) {
            loop.stranger();
            return;
        }
        int bytes = answer.content().readableBytes();
        if (!flow.hasRoom(false, 1, bytes)) {
            return;
        }
        UdpCounters counters = door.counters();
        counters.datagramsToClients().increment();
        counters.traffic().bytesToClients().add(bytes);
        if (flow.hears()) {
            flow.heard(MemorySegment.ofBuffer(answer.content().nioBuffer()));
        }
        door.write(flow, answer.content().retain());
        answered.add(door);
        flow.replied(1, bytes);
    }

    ChannelInboundHandler handler() {
        return new SimpleChannelInboundHandler<DatagramPacket>() {
            @Override
            protected void channelRead0(ChannelHandlerContext context, DatagramPacket answer) {
                take(answer);
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
                answered.forEach(ChannelDoor::flush);
                answered.clear();
            }
        };
    }

    @Override
    void close() {
        var _ = channel().close();
    }
}
