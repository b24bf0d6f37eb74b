package io.weir.l7.listener;

import io.netty.channel.socket.DuplexChannel;
import io.weir.core.health.BackendKey;
import io.weir.core.limit.Refusal;
import io.weir.core.model.Listener;
import io.weir.core.snapshot.ListenerView;
import io.weir.l7.exchange.ClientConnection;
import io.weir.l7.exchange.Door;
import io.weir.l7.exchange.HttpCounters;
import io.weir.net.ChannelListener;
import io.weir.net.EventLoops;
import io.weir.net.Listening;
import io.weir.net.ListeningSocket;
import io.weir.net.Loop;
import io.weir.net.PacedChannel;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** An open port that speaks HTTP/1.1. Any thread may call. */
public final class HttpListener {
    private static final int BACKLOG = 4096;

    private final String name;
    private final List<Door> doors;
    private final Listening listening;
    private volatile boolean accepting = true;

    private HttpListener(String name, List<Door> doors, Listening listening) {
        this.name = name;
        this.doors = doors;
        this.listening = listening;
    }

    /** @param doors of the traffic loops, by their index */
    static HttpListener open(EventLoops loops, Listener.Http listener, List<Door> doors) throws BindException {
        List<Door> byLoop = List.copyOf(doors);
        Listening listening = ChannelListener.open(loops, loops.placeOf(listener.name(), listener.bind()), BACKLOG,
                (loop, channel) -> accepted(byLoop.get(loop.index()), channel));
        return new HttpListener(listener.name(), byLoop, listening);
    }

    private static void accepted(Door door, DuplexChannel channel) {
        ListenerView.Http view = door.view();
        if (view == null) {
            door.counters().refused().count(Refusal.NOT_SERVED);
            throw new IllegalStateException("the listener is no longer configured");
        }
        boolean paced = view.admission().pace().isLimited();
        channel.config().setRecvByteBufAllocator(paced ? door.loop().pacedReads() : door.loop().readBuffers());
        if (paced) {
            channel.pipeline().addLast(new PacedChannel(door.loop().loop(), view.admission().pace()));
        }
        var client = (InetSocketAddress) channel.remoteAddress();
        var local = (InetSocketAddress) channel.localAddress();
        if (view.listener().entrance().mustSendProxyHeader(client.getAddress())) {
            channel.pipeline().addLast(new ProxyHeaderReader(door, view, channel, client, local));
        } else {
            channel.pipeline().addLast(new ClientConnection(door, view.listener(), view.admission(), channel, client, local));
        }
    }

    public String name() {
        return name;
    }

    /** Where it listens, with the port that the kernel chose if the configuration left it open. */
    public InetSocketAddress address() {
        return listening.address();
    }

    /** How often accepting paused because descriptors had run out. */
    public long acceptPauses() {
        return listening.acceptPauses();
    }

    /** What was counted, one for each event loop. */
    public List<HttpCounters> counters() {
        return doors.stream().map(Door::counters).toList();
    }

    /** Exceptions of our own code that closed a connection, of all listeners on the same loops together. */
    public long faults() {
        return doors.stream().mapToLong(door -> door.loop().faults()).sum();
    }

    /** Client connections now. */
    public long open() {
        return counters().stream().mapToLong(HttpCounters::open).sum();
    }

    /** Whether there is nothing left of it. */
    boolean over() {
        return !accepting && open() == 0;
    }

    /** Accepts no more; connections live on. Completes when the port is closed. */
    public CompletableFuture<Void> stopAccepting() {
        accepting = false;
        return listening.stopAccepting();
    }

    /** Its sockets, to be handed to another process. */
    public List<ListeningSocket> sockets() {
        return listening.sockets();
    }

    /** Lets the next request of each connection be its last one. */
    public void announceEnd() {
        onEachLoop(Door::announceEnd);
    }

    /** Ends each connection after the request that it is at, and those that wait for one now. */
    public void drain() {
        onEachLoop(Door::drain);
    }

    /** Ends every connection now. */
    public void closeConnections() {
        onEachLoop(Door::closeAll);
    }

    /** Ends every exchange that is at this backend. */
    void cutOff(BackendKey backend, InetSocketAddress address) {
        onEachLoop(door -> door.cutOff(backend, address));
    }

    private void onEachLoop(Consumer<Door> action) {
        for (Door door : doors) {
            Loop loop = door.loop().loop();
            var _ = loop.run(() -> action.accept(door));
        }
    }
}
