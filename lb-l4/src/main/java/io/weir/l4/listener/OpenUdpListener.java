package io.weir.l4.listener;

import io.weir.core.limit.RefusalCounters;
import io.weir.core.model.Listener;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.core.telemetry.LoopCounter;
import io.weir.l4.tcp.TcpCounters;
import io.weir.l4.tcp.TcpLoop;
import io.weir.l4.udp.UdpPolicy;
import io.weir.net.CloseReason;
import io.weir.net.EventLoops;
import io.weir.net.ListeningSocket;
import io.weir.net.LoopLocal;
import io.weir.net.udp.Drop;
import io.weir.net.udp.UdpCounters;
import io.weir.net.udp.UdpListening;
import io.weir.net.udp.UdpRelay;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/** A UDP listener with its open address. Immutable; any thread. */
public final class OpenUdpListener {
    private final Listener.Udp listener;

    private final UdpListening listening;

    private final List<TcpCounters> flowsByLoop;

    private OpenUdpListener(Listener.Udp listener, UdpListening listening, List<TcpCounters> flowsByLoop) {
        this.listener = listener;
        this.listening = listening;
        this.flowsByLoop = flowsByLoop;
    }

    static OpenUdpListener open(
            Listener.Udp listener, EventLoops loops, UdpRelay relay, SnapshotPublisher snapshots, LoopLocal<TcpLoop> shared)
            throws BindException {
        List<TcpCounters> counters = Stream.generate(TcpCounters::new).limit(loops.traffic().size()).toList();
        UdpListening listening = relay.open(
                listener.entrance().binds().stream().map(address -> loops.placeOf(listener.name(), address)).toList(),
                loop -> new UdpPolicy(listener.name(), snapshots, shared.get(loop), counters.get(loop.index())));
        return new OpenUdpListener(listener, listening, counters);
    }

    boolean isBoundTo(InetSocketAddress address) {
        return listener.entrance().binds().contains(address);
    }

    /** The address with the port that was bound. */
    public InetSocketAddress address() {
        return listening.address();
    }

    /** Its sockets, to be handed to another process. */
    public List<ListeningSocket> sockets() {
        return listening.sockets();
    }

    /** Begins no flow any more; those that there are end when they fall silent. Completes when all loops know. */
    public CompletableFuture<Void> stopAdmitting() {
        return listening.stopAdmitting();
    }

    /** Ends all flows and gives the address back. */
    public CompletableFuture<Void> cut() {
        return listening.cut();
    }

    /** Whether it was closed and holds its address no more. */
    boolean hasEnded() {
        return listening.ended().isDone();
    }

    /** What it has done since it was opened. */
    public UdpListenerStatus status() {
        Map<CloseReason, Long> closed = new EnumMap<>(CloseReason.class);
        for (CloseReason reason : CloseReason.values()) {
            closed.put(reason, flows(counters -> counters.closed(reason)));
        }
        Map<Drop, Long> drops = new EnumMap<>(Drop.class);
        for (Drop drop : Drop.values()) {
            drops.put(drop, moved(counters -> counters.drops(drop)));
        }
        return new UdpListenerStatus(
                listener.name(),
                listening.address(),
                moved(UdpCounters::flows),
                flows(TcpCounters::admitted),
                RefusalCounters.sums(flowsByLoop.stream().map(TcpCounters::refused).toList()),
                flows(TcpCounters::redispatched),
                moved(UdpCounters::datagramsToBackends),
                moved(UdpCounters::datagramsToClients),
                moved(counters -> counters.traffic().bytesToBackends()),
                moved(counters -> counters.traffic().bytesToClients()),
                closed,
                drops);
    }

    private long flows(Function<TcpCounters, LoopCounter> which) {
        return flowsByLoop.stream().map(which).mapToLong(LoopCounter::get).sum();
    }

    private long moved(Function<UdpCounters, LoopCounter> which) {
        return listening.counters().stream().map(which).mapToLong(LoopCounter::get).sum();
    }
}
