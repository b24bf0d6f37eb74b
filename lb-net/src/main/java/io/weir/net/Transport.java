package io.weir.net;

import io.netty.channel.ChannelException;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.Optional;

/**
 * How this process talks to the kernel about sockets. Callable from any thread; a native library is loaded by the first
 * question about its transport.
 */
public enum Transport {
    IO_URING("io_uring"),
    EPOLL("epoll"),
    NIO("nio");

    private static final int RING_WORKERS = 4;

    /** Cancelling by descriptor came with 5.19, work that waits for the loop with this. */
    private static final KernelRelease RINGS_SINCE = new KernelRelease(6, 1);

    static {
        // Netty 4.2.18 takes a multishot poll's edge for bytes to be the last one: bytes that arrive together with a reset
        // are read, and the reset behind them is never noticed. A poll for each read asks for the level.
        unlessSet("io.netty.iouring.pollAddMultishotEnabled", "false");
        // It arms a multishot accept again at once when descriptors have run out, whether it may or not, and so spins.
        unlessSet("io.netty.iouring.acceptMultiShotEnabled", "false");
    }

    private static void unlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private final String text;

    Transport(String text) {
        this.text = text;
    }

    /** The name that the configuration uses: {@code io_uring}, {@code epoll} or {@code nio}. */
    public String text() {
        return text;
    }

    /** Why this host cannot run the transport, in one line; empty if it can. */
    public Optional<String> unavailable() {
        return switch (this) {
            case IO_URING -> KernelRelease.running()
                .tooOldFor(RINGS_SINCE)
                .or(() -> Optional.ofNullable(IoUring.unavailabilityCause()).map(Transport::oneLine));
            case EPOLL -> Optional.ofNullable(Epoll.unavailabilityCause()).map(Transport::oneLine);
            case NIO -> Optional.empty();
        };
    }

    private static String oneLine(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message.lines().findFirst().orElse("").strip();
    }

    /** Whether TCP connections that it relays can be spliced; otherwise their bytes are copied. */
    public boolean splices() {
        return this == EPOLL;
    }

    /** What a group of event loops needs to run this transport. */
    public IoHandlerFactory ioHandlerFactory() {
        return switch (this) {
            case IO_URING -> IoUringIoHandler.newFactory(rings());
            case EPOLL -> EpollIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    /**
     * The kernel gives what it cannot wait for by an event to a thread of its own, which then blocks. Nothing here needs
     * that, but peers may be able to bring it about (segments with urgent data out of order): they get few threads.
     */
    private static IoUringIoHandlerConfig rings() {
        return new IoUringIoHandlerConfig().setRingSize(UringRelayLoop.RING_ENTRIES).setMaxUnboundedWorker(RING_WORKERS);
    }

    /** A new, unbound listening channel for an address of this family. */
    ServerSocketChannel newServerChannel(InetSocketAddress address) {
        return switch (this) {
            case IO_URING -> new IoUringServerSocketChannel();
            case EPOLL -> new EpollServerSocketChannel();
            case NIO -> new NioServerSocketChannel(SelectorProvider.provider(), family(address));
        };
    }

    /** A wildcard of IPv4 must not become a dual-stack socket, which is what nio makes of it otherwise. */
    private static SocketProtocolFamily family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    }

    /** A new, unconnected channel towards a backend. */
    public SocketChannel newClientChannel() {
        return switch (this) {
            case IO_URING -> new IoUringSocketChannel();
            case EPOLL -> new EpollSocketChannel();
            case NIO -> new NioSocketChannel();
        };
    }

    /**
     * Has the kernel acknowledge at once what comes next, where it can: after a handshake the peer's next flight would otherwise wait for our
     * delayed acknowledgement of its last (tcp(7), TCP_QUICKACK), which halves the rate of short TLS connections.
     */
    void acknowledgeAtOnce(SocketChannel channel) {
        try {
            switch (this) {
                case IO_URING -> channel.config().setOption(IoUringChannelOption.TCP_QUICKACK, true);
                case EPOLL -> channel.config().setOption(EpollChannelOption.TCP_QUICKACK, true);
                case NIO -> {}
            }
        } catch (ChannelException goneAlready) {
            // The peer has left; what follows will notice.
        }
    }

    /** A new, unconnected datagram channel towards an address of this family. */
    public DatagramChannel newDatagramChannel(InetSocketAddress peer) {
        return switch (this) {
            case IO_URING -> new IoUringDatagramChannel(family(peer));
            case EPOLL -> new EpollDatagramChannel(family(peer));
            case NIO -> new NioDatagramChannel(family(peer));
        };
    }

    /** The class of channels towards backends, for a {@link io.netty.bootstrap.Bootstrap}. */
    public Class<? extends SocketChannel> clientChannel() {
        return switch (this) {
            case IO_URING -> IoUringSocketChannel.class;
            case EPOLL -> EpollSocketChannel.class;
            case NIO -> NioSocketChannel.class;
        };
    }
}
