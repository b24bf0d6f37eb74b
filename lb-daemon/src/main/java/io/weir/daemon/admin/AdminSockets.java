package io.weir.daemon.admin;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.weir.net.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/** What differs between the transports for the administrators' sockets. Any thread. */
final class AdminSockets {
    private AdminSockets() {
    }

    static ServerChannel unix(Transport transport) {
        return switch (transport) {
            case IO_URING -> new IoUringServerDomainSocketChannel();
            case EPOLL -> new EpollServerDomainSocketChannel();
            case NIO -> new NioServerDomainSocketChannel();
        };
    }

    static ServerChannel tcp(Transport transport) {
        return switch (transport) {
            case IO_URING -> new IoUringServerSocketChannel();
            case EPOLL -> new EpollServerSocketChannel();
            case NIO -> new NioServerSocketChannel();
        };
    }

    /** What lets two processes listen on one address while one takes the other's place. */
    static Optional<ChannelOption<Boolean>> sharing(Transport transport) {
        return switch (transport) {
            case IO_URING, EPOLL -> Optional.of(UnixChannelOption.SO_REUSEPORT);
            case NIO -> Optional.empty();
        };
    }

    static SocketAddress unixAddress(Transport transport, Path path) {
        return switch (transport) {
            case IO_URING, EPOLL -> new DomainSocketAddress(path.toFile());
            case NIO -> UnixDomainSocketAddress.of(path);
        };
    }

    /** Who is at the other end of a unix socket, for the audit: {@code socket uid=0}, or {@code socket} where the kernel is not asked. */
    static String peer(Channel channel) {
        try {
            return switch (channel) {
                case EpollDomainSocketChannel epoll -> "socket uid=" + epoll.peerCredentials().uid();
                case IoUringDomainSocketChannel uring -> "socket uid=" + uring.peerCredentials().uid();
                default -> "socket";
            };
        } catch (IOException _) {
            return "socket"; // it is gone already
        }
    }
}
