package io.weir.daemon;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import io.weir.net.EventLoops;
import io.weir.net.Transport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Listens where daemons tell their service manager what becomes of them. A barrier is over when it was read. Any thread. */
record FakeSupervisor(Path place, EventLoops loops, BlockingQueue<String> told) implements AutoCloseable {
    static FakeSupervisor at(Path place) {
        var supervisor = new FakeSupervisor(place, EventLoops.start(Transport.EPOLL, 1), new LinkedBlockingQueue<>());
        new Bootstrap().group(supervisor.loops.admin().eventLoop())
            .channel(EpollDomainDatagramChannel.class)
            .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                @Override
                protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                    supervisor.told.add(packet.content().toString(StandardCharsets.UTF_8));
                }
            })
            .bind(new DomainSocketAddress(place.toFile()))
            .syncUninterruptibly();
        return supervisor;
    }

    Map<String, String> environment() {
        return Map.of("NOTIFY_SOCKET", place.toString());
    }

    /** What was told next. */
    String next() throws InterruptedException {
        return String.valueOf(told.poll(30, TimeUnit.SECONDS));
    }

    @Override
    public void close() {
        loops.close();
    }
}
