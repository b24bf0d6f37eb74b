package io.weir.daemon.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.weir.net.EventLoops;
import io.weir.net.PortReservation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;

/** Serves the API on the {@code admin} loop. Its own methods may be called by any thread but that loop. */
public final class AdminServer implements AutoCloseable {
    /** Connections at once; more are closed at once. */
    static final int MOST_CONNECTIONS = 256;

    private static final int HEAD_LINE_BYTES = 8 << 10;
    private static final int HEAD_BYTES = 32 << 10;

    private final EventLoops loops;
    private final Api api;
    private final RequestThreads threads = new RequestThreads();
    private final List<SocketPlace> places = new CopyOnWriteArrayList<>();
    private final List<Channel> acceptors = new CopyOnWriteArrayList<>();
    private final boolean replacing;
    private volatile boolean appeared;
    private final ChannelGroup connections;

    /** @param replacing another process still listens where this one is to, and is about to go */
    public AdminServer(EventLoops loops, Api api, boolean replacing) {
        this.loops = loops;
        this.replacing = replacing;
        this.api = api;
        this.connections = new DefaultChannelGroup("admin", loops.admin().eventLoop(), true);
    }

    /** Serves all of the API on a unix socket, which nobody finds before {@link #appear}. */
    public void listen(Path socket) throws IOException {
        SocketPlace place = SocketPlace.claim(socket, replacing);
        bind(AdminSockets.unixAddress(loops.transport(), place.temporary()), true,
                new Entrance(api.local(), _ -> true, AdminSockets::peer));
        places.add(place);
    }

    /** Lets the unix socket appear in its place, with its rights set, over one that nobody answers on any more. */
    public void appear() throws IOException {
        for (SocketPlace place : places) {
            place.moveIn();
        }
        appeared = true;
    }

    /**
     * Serves what needs no rights on a TCP address.
     *
     * @return the address with the port that was bound
     */
    public InetSocketAddress listen(InetSocketAddress address) throws IOException {
        Predicate<String> host = new HostCheck(address);
        var entrance = new Entrance(api.open(), host, channel -> "http " + channel.remoteAddress());
        if (replacing) {
            return (InetSocketAddress) bind(address, false, entrance).localAddress();
        }
        try (PortReservation reservation = PortReservation.of(address)) {
            return (InetSocketAddress) bind(reservation.address(), false, entrance).localAddress();
        }
    }

    private Channel bind(SocketAddress address, boolean unix, Entrance entrance) throws IOException {
        var bootstrap = new ServerBootstrap().group(loops.admin().eventLoop())
            .channelFactory(() -> unix ? AdminSockets.unix(loops.transport()) : AdminSockets.tcp(loops.transport()))
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(entrance);
        if (!unix) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true);
            AdminSockets.sharing(loops.transport()).ifPresent(option -> bootstrap.option(option, true));
        }
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
        }
        acceptors.add(bound.channel());
        return bound.channel();
    }

    /** Leaves the field to another process that listens by now; connections live on. The unix socket is out of reach, for its place is taken. */
    public void giveUp() {
        places.clear();
        acceptors.stream()
            .filter(ServerSocketChannel.class::isInstance)
            .forEach(acceptor -> acceptor.close().awaitUninterruptibly());
    }

    /** Stops listening and cuts what is left. */
    @Override
    public void close() {
        places.forEach(place -> place.moveOut(appeared));
        acceptors.forEach(acceptor -> acceptor.close().awaitUninterruptibly());
        connections.close().awaitUninterruptibly();
    }

    /** Fills the pipelines of one address's connections. */
    private final class Entrance extends ChannelInitializer<Channel> {
        private final Router router;
        private final Predicate<String> hostAccepted;
        private final Function<Channel, String> peer;

        Entrance(Router router, Predicate<String> hostAccepted, Function<Channel, String> peer) {
            this.router = router;
            this.hostAccepted = hostAccepted;
            this.peer = peer;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (connections.size() >= MOST_CONNECTIONS) {
                var _ = channel.close();
                return;
            }
            connections.add(channel);
            var head = new HttpDecoderConfig().setMaxInitialLineLength(HEAD_LINE_BYTES).setMaxHeaderSize(HEAD_BYTES);
            channel.pipeline()
                .addLast(new HttpServerCodec(head), new BodyCollector(),
                        new AdminConnection(threads, router, hostAccepted, peer.apply(channel)));
        }
    }
}
