package io.weir.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.weir.net.ListeningSocket.Kind;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening address whose connections are channels. Each traffic loop has its own acceptor (SO_REUSEPORT) and keeps the
 * connections that it accepts. Callable from any thread.
 */
public final class ChannelListener implements Listening {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelListener.class);

    /** By then a process that was replaced has closed its sockets. */
    private static final Duration STEERED = Inheritance.SETTLE.plusSeconds(15);

    private final InetSocketAddress address;

    private final LongAdder acceptPauses = new LongAdder();

    private final List<ServerSocketChannel> acceptors = new ArrayList<>();

    private ChannelListener(InetSocketAddress address) {
        this.address = address;
    }

    /**
     * Listens, and returns when every loop accepts. Connections have TCP_NODELAY and half-closure; they read by
     * themselves (AUTO_READ) unless {@code onAccept} turns it off. Not to be called on a loop.
     *
     * @param backlog how many connections the kernel may queue for each loop
     * @throws BindException if nothing listens; the message has the address and the cause
     */
    public static Listening open(
            EventLoops loops, InetSocketAddress wanted, int backlog, AcceptedChannel onAccept) throws BindException {
        return switch (loops.transport()) {
            case EPOLL -> SocketListener.open(
                    loops, wanted, backlog, (loop, address) -> EpollChannel.accepting(loop.epollRelays(), address, onAccept));
            case IO_URING, NIO -> listen(loops, wanted, backlog, onAccept);
        };
    }

    /** Like {@link #open}, with Netty's own channels on every transport. */
    static ChannelListener listen(
            EventLoops loops, InetSocketAddress wanted, int backlog, AcceptedChannel onAccept) throws BindException {
        List<ListeningSocket> inherited = loops.inheritance().take(Kind.STREAM, wanted);
        if (!inherited.isEmpty()) {
            return listenBeside(loops, inherited, backlog, onAccept);
        }
        try (PortReservation reservation = PortReservation.of(wanted)) {
            var listener = new ChannelListener(reservation.address());
            for (Loop loop : loops.traffic()) {
                listener.addAcceptor(loops.transport(), loop, backlog, onAccept);
            }
            return listener;
        }
    }

    /**
     * Listens beside another process, whose sockets these channels cannot go on with. All new connections come here; those that are queued
     * there are the other one's, which goes on accepting for a while. As long as there are no fewer sockets here than there, none comes to
     * one that is being closed.
     */
    private static ChannelListener listenBeside(
            EventLoops loops, List<ListeningSocket> inherited, int backlog, AcceptedChannel onAccept) throws BindException {
        inherited.forEach(ListeningSocket::close);
        var listener = new ChannelListener(inherited.getFirst().address());
        for (Loop loop : loops.traffic()) {
            listener.addAcceptor(loops.transport(), loop, backlog, onAccept);
        }
        listener.steer(inherited.size());
        loops.inheritance().listensBeside();
        return listener;
    }

    private void steer(int firstOfOurs) {
        ServerSocketChannel acceptor = acceptors.getFirst();
        try {
            ReuseportGroup.steerTo(firstOfOurs, descriptor(acceptor));
        } catch (IOException failure) {
            LOG.warn("listener={} shares new connections with the process that it replaces: {}", address, failure.getMessage());
            return;
        }
        var _ = acceptor.eventLoop().schedule(() -> spread(acceptor), STEERED.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void spread(ServerSocketChannel acceptor) {
        try {
            if (acceptor.isOpen()) {
                ReuseportGroup.spread(descriptor(acceptor));
            }
        } catch (IOException failure) {
            LOG.warn("listener={} accepts on one loop only: {}", address, failure.getMessage());
        }
    }

    private static int descriptor(ServerSocketChannel acceptor) {
        return ((UnixChannel) acceptor).fd().intValue();
    }

    private void addAcceptor(Transport transport, Loop loop, int backlog, AcceptedChannel onAccept)
            throws BindException {
        ServerSocketChannel acceptor = transport.newServerChannel(address);
        acceptor.config().setReuseAddress(true);
        acceptor.config().setBacklog(backlog);
        acceptor.config().setOption(reusePort(transport), true);
        acceptor.pipeline().addLast(new Acceptor(loop, onAccept, acceptor));
        Throwable failure = loop.register(acceptor).awaitUninterruptibly().cause();
        if (failure == null) {
            failure = acceptor.bind(address).awaitUninterruptibly().cause();
        }
        if (failure != null) {
            var _ = acceptor.close();
            stopAccepting().join();
            throw PortReservation.failed(address, failure);
        }
        acceptors.add(acceptor);
    }

    /** Closes a connection that a listener accepted so that its peer sees a reset, never a proper end. On the channel's loop. */
    public static void reset(DuplexChannel channel) {
        try {
            if (channel instanceof EpollChannel ours) {
                ours.resetOnClose();
            } else if (channel.isOpen()) { // else its number may be another connection's
                var _ = channel.config().setOption(ChannelOption.SO_LINGER, 0);
            }
        } catch (ChannelException goneAlready) {
            // The other end has reset it, and there is nothing left to reset.
        }
        var _ = channel.close();
    }

    /** Ends a connection that nobody took: a peer that is gone makes options fail, anything else is a broken promise of ours. */
    static void drop(Channel channel, RuntimeException failure) {
        LOG.debug("drops {}", channel, failure);
        channel.unsafe().closeForcibly();
    }

    private static ChannelOption<Boolean> reusePort(Transport transport) {
        return switch (transport) {
            case IO_URING, EPOLL -> UnixChannelOption.SO_REUSEPORT;
            case NIO -> NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
        };
    }

    @Override
    public void intercept() throws BindException {
        throw Transparency.refused(address);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public CompletableFuture<Void> stopAccepting() {
        return CompletableFuture.allOf(
                acceptors.stream().map(ChannelListener::closed).toArray(CompletableFuture[]::new));
    }

    private static CompletableFuture<Void> closed(ServerSocketChannel acceptor) {
        var closed = new CompletableFuture<Void>();
        var _ = acceptor.close().addListener(_ -> closed.complete(null));
        return closed;
    }

    /** Those of nio are out of reach. */
    @Override
    public List<ListeningSocket> sockets() {
        List<ListeningSocket> sockets = new ArrayList<>();
        for (int i = 0; i < acceptors.size(); i++) {
            if (acceptors.get(i) instanceof UnixChannel) {
                sockets.add(new ListeningSocket(Kind.STREAM, address, i, descriptor(acceptors.get(i))));
            }
        }
        return sockets;
    }

    @Override
    public long acceptPauses() {
        return acceptPauses.sum();
    }

    /** Takes the connections of one loop. Confined to it. */
    private final class Acceptor extends ChannelInboundHandlerAdapter {
        private final Loop loop;

        private final AcceptedChannel onAccept;

        private final ServerSocketChannel socket;

        private final AcceptPause pause;

        Acceptor(Loop loop, AcceptedChannel onAccept, ServerSocketChannel socket) {
            this.loop = loop;
            this.onAccept = onAccept;
            this.socket = socket;
            this.pause = new AcceptPause(loop, address, acceptPauses, () -> socket.config().setAutoRead(true));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            SocketChannel channel = (SocketChannel) message;
            pause.accepted(channel instanceof UnixChannel unix ? unix.fd().intValue() : -1);
            if (pause.isScheduled()) {
                socket.config().setAutoRead(false);
            }
            if (loop.load().sheds()) {
                shed(channel);
                return;
            }
            try {
                channel.config().setTcpNoDelay(true).setAllowHalfClosure(true);
                onAccept.accepted(loop, channel);
                var _ = loop.register(channel).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            } catch (RuntimeException failure) {
                drop(channel, failure);
            }
        }

        private void shed(SocketChannel channel) {
            loop.load().countShed();
            try {
                channel.config().setSoLinger(0);
            } finally {
                channel.unsafe().closeForcibly();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            socket.config().setAutoRead(false);
            pause.begin(String.valueOf(cause.getMessage()));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            pause.cancel();
        }
    }
}
