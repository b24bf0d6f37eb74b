package io.weir.l4.listener;

import io.weir.core.limit.RefusalCounters;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.core.telemetry.LoopCounter;
import io.weir.l4.tcp.TcpCounters;
import io.weir.l4.tcp.TcpLoop;
import io.weir.l4.tcp.TcpPolicy;
import io.weir.net.CloseReason;
import io.weir.net.EventLoops;
import io.weir.net.Listening;
import io.weir.net.ListeningSocket;
import io.weir.net.LoopLocal;
import io.weir.net.RelayListener;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/** A TCP listener with its open address. Immutable; any thread. */
public final class OpenTcpListener {
    /** Connections that the kernel may queue for each loop; it bounds them by net.core.somaxconn. */
    private static final int BACKLOG = 4096;

    private final String name;

    /** What was asked for; the port may be 0. */
    private final InetSocketAddress bind;

    private final Listening listening;

    private final List<TcpCounters> countersByLoop;

    private OpenTcpListener(
            String name, InetSocketAddress bind, Listening listening, List<TcpCounters> countersByLoop) {
        this.name = name;
        this.bind = bind;
        this.listening = listening;
        this.countersByLoop = countersByLoop;
    }

    static OpenTcpListener open(
            String name, InetSocketAddress bind, EventLoops loops, SnapshotPublisher snapshots, LoopLocal<TcpLoop> tcp)
            throws BindException {
        List<TcpCounters> counters = Stream.generate(TcpCounters::new).limit(loops.traffic().size()).toList();
        Listening listening = RelayListener.open(
                loops,
                loops.placeOf(name, bind),
                BACKLOG,
                loop -> new TcpPolicy(name, snapshots, tcp.get(loop), counters.get(loop.index())));
        return new OpenTcpListener(name, bind, listening, counters);
    }

    boolean isBoundTo(InetSocketAddress address) {
        return bind.equals(address);
    }

    /** The address with the port that was bound. */
    public InetSocketAddress address() {
        return listening.address();
    }

    /** Its sockets, to be handed to another process. */
    public List<ListeningSocket> sockets() {
        return listening.sockets();
    }

    /** Accepts no more; connections live on. Completes when no acceptor is left. */
    public CompletableFuture<Void> stopAccepting() {
        return listening.stopAccepting();
    }

    /** What it has done since it was opened. */
    public TcpListenerStatus status() {
        Map<CloseReason, Long> closed = new EnumMap<>(CloseReason.class);
        for (CloseReason reason : CloseReason.values()) {
            closed.put(reason, sum(counters -> counters.closed(reason)));
        }
        return new TcpListenerStatus(
                name,
                listening.address(),
                sum(TcpCounters::admitted),
                RefusalCounters.sums(countersByLoop.stream().map(TcpCounters::refused).toList()),
                sum(TcpCounters::redispatched),
                sum(TcpCounters::backendsAtLimit),
                listening.acceptPauses(),
                sum(counters -> counters.traffic().bytesToBackends()),
                sum(counters -> counters.traffic().bytesToClients()),
                closed);
    }

    private long sum(Function<TcpCounters, LoopCounter> which) {
        return countersByLoop.stream().map(which).mapToLong(LoopCounter::get).sum();
    }
}
