package io.weir.l4.listener;

import io.weir.core.limit.RefusalCounters;
import io.weir.core.model.Forwarding;
import io.weir.core.model.Listener;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.core.telemetry.LoopCounter;
import io.weir.l4.tcp.HandshakeFailure;
import io.weir.l4.tcp.TcpCounters;
import io.weir.l4.tcp.TcpLoop;
import io.weir.l4.tcp.TcpPolicy;
import io.weir.net.CloseReason;
import io.weir.net.EventLoops;
import io.weir.net.Listening;
import io.weir.net.ListeningSocket;
import io.weir.net.Loop;
import io.weir.net.LoopLocal;
import io.weir.net.PortRangeListening;
import io.weir.net.RelayListener;
import io.weir.net.RelayPolicy;
import io.weir.net.Transparency;
import io.weir.net.tls.TlsServers;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/** A listener of TCP or TLS with its open address. Immutable; any thread. */
public final class OpenTcpListener {
    /** Connections that the kernel may queue for each loop; it bounds them by net.core.somaxconn. */
    private static final int BACKLOG = 4096;

    /** What was asked for; the port may be 0. */
    private final Listener.Relayed wanted;

    private final Listening listening;

    private final List<TcpCounters> countersByLoop;

    private OpenTcpListener(
            Listener.Relayed wanted, Listening listening, List<TcpCounters> countersByLoop) {
        this.wanted = wanted;
        this.listening = listening;
        this.countersByLoop = countersByLoop;
    }

    static OpenTcpListener open(
            Listener.Relayed wanted, EventLoops loops, SnapshotPublisher snapshots, TlsServers servers, LoopLocal<TcpLoop> tcp)
            throws BindException {
        if (wanted.forwarding() == Forwarding.TRANSPARENT) {
            Transparency.check(loops.transport(), wanted.bind());
        }
        List<TcpCounters> counters = Stream.generate(TcpCounters::new).limit(loops.traffic().size()).toList();
        Listening listening = PortRangeListening.open(
                wanted.entrance().binds(),
                address -> open(
                        wanted,
                        loops,
                        loops.placeOf(wanted.name(), address),
                        loop -> new TcpPolicy(wanted.name(), snapshots, servers, tcp.get(loop), counters.get(loop.index()))));
        if (wanted.entrance().intercept()) {
            intercept(listening);
        }
        return new OpenTcpListener(wanted, listening, counters);
    }

    private static Listening open(
            Listener.Relayed wanted, EventLoops loops, InetSocketAddress place, Function<Loop, RelayPolicy> policy)
            throws BindException {
        return wanted instanceof Listener.Tls tls && tls.terms().isPresent()
                ? RelayListener.openForTls(loops, place, BACKLOG, policy)
                : RelayListener.open(loops, place, BACKLOG, policy);
    }

    private static void intercept(Listening listening) throws BindException {
        try {
            listening.intercept();
        } catch (BindException failure) {
            listening.stopAccepting().join();
            throw failure;
        }
    }

    /** Whether it is the door that a listener wants. */
    boolean serves(Listener.Relayed other) {
        return wanted.opensLike(other);
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
                wanted.name(),
                listening.address(),
                sum(TcpCounters::admitted),
                RefusalCounters.sums(countersByLoop.stream().map(TcpCounters::refused).toList()),
                sum(TcpCounters::redispatched),
                sum(TcpCounters::backendsAtLimit),
                listening.acceptPauses(),
                sum(counters -> counters.traffic().bytesToBackends()),
                sum(counters -> counters.traffic().bytesToClients()),
                sum(counters -> counters.traffic().bytesSpliced()),
                closed,
                tls());
    }

    private TlsListenerStatus tls() {
        Map<HandshakeFailure, Long> failed = new EnumMap<>(HandshakeFailure.class);
        for (HandshakeFailure failure : HandshakeFailure.values()) {
            failed.put(failure, sum(counters -> counters.tls().failed(failure)));
        }
        return new TlsListenerStatus(
                sum(counters -> counters.tls().full()),
                sum(counters -> counters.tls().resumed()),
                sum(counters -> counters.tls().atLimit()),
                failed);
    }

    private long sum(Function<TcpCounters, LoopCounter> which) {
        return countersByLoop.stream().map(which).mapToLong(LoopCounter::get).sum();
    }
}
