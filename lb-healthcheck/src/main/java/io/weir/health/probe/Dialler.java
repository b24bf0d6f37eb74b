package io.weir.health.probe;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.weir.net.Loop;
import io.weir.net.Transport;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens the sockets of probes, from the address that the check names. Confined to the probe loop. */
record Dialler(Loop loop, Transport transport, TlsContexts tls, KeptConnections kept) {

    /** A stream socket on the loop; null, and a verdict that nothing was tried, where there is none to be had. */
    @Nullable
    SocketChannel open(ProbeTarget target, Verdict verdict) {
        SocketChannel opened = registered(transport::newClientChannel, verdict);
        if (opened != null) {
            opened.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0); // the verdict's deadline covers it
            if (target.check().source().isPresent() && opened instanceof EpollSocketChannel) {
                // The kernel then chooses the port at connect, one of those free towards this peer and not of those free at all.
                opened.config().setOption(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
            }
        }
        return opened;
    }

    @Nullable
    DatagramChannel openDatagram(ProbeTarget target, Verdict verdict) {
        return registered(() -> transport.newDatagramChannel(target.address()), verdict);
    }

    private <C extends Channel> @Nullable C registered(Supplier<C> socket, Verdict verdict) {
        C opened;
        try {
            opened = socket.get();
        } catch (RuntimeException noSocket) {
            verdict.give(ConnectFailures.notTried(verdict.startedNanos(), noSocket));
            return null;
        }
        ChannelFuture registered = loop.register(opened);
        if (registered.isSuccess()) {
            return opened;
        }
        verdict.give(ConnectFailures.notTried(verdict.startedNanos(), registered.cause()));
        var _ = opened.close();
        return null;
    }

    ChannelFuture connect(Channel channel, ProbeTarget target) {
        return target.check()
            .source()
            .map(source -> channel.connect(target.address(), new InetSocketAddress(source, 0)))
            .orElseGet(() -> channel.connect(target.address()));
    }
}
