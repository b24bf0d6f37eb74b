package io.weir.l4.listener;

import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendState;
import io.weir.core.health.EvidenceSink;
import io.weir.core.model.Listener;
import io.weir.core.snapshot.ListenerView;
import io.weir.core.snapshot.LoopState;
import io.weir.core.snapshot.Member;
import io.weir.core.snapshot.PoolView;
import io.weir.core.snapshot.Snapshot;
import io.weir.core.snapshot.SnapshotDiff;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.l4.tcp.TcpLoop;
import io.weir.net.CloseReason;
import io.weir.net.EventLoops;
import io.weir.net.LoopLocal;
import io.weir.net.session.LiveConnection;
import io.weir.net.session.SessionSink;
import io.weir.net.session.Sessions;
import io.weir.net.udp.HandedPort;
import io.weir.net.udp.UdpRelay;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The UDP listeners of this process. {@link #follow} is confined to {@code control}; any thread that may block opens and
 * closes. Flows whose backend leaves are ended like connections, by who follows for all of layer 4; that they need not stay
 * with one that was merely taken out is told here.
 */
public final class UdpListeners {
    private final EventLoops loops;

    private final SnapshotPublisher snapshots;

    private final Sessions sessions;

    private final UdpRelay relay;

    private final LoopLocal<TcpLoop> shared;

    /** Those that have not been cut: they may hold their addresses. */
    private final List<OpenUdpListener> open = new CopyOnWriteArrayList<>();

    /**
     * Opens none yet.
     *
     * @param states of each traffic loop, shared with the other data planes
     * @param sessions where flows stand among the connections of layer 4
     * @param log told of every flow that has ended
     */
    public UdpListeners(
            EventLoops loops, SnapshotPublisher snapshots, LoopLocal<LoopState> states, EvidenceSink evidence,
            Sessions sessions, Optional<? extends SessionSink> log) {
        this.loops = loops;
        this.snapshots = snapshots;
        this.sessions = sessions;
        this.relay = new UdpRelay(loops);
        this.shared = new LoopLocal<>(loops, loop -> new TcpLoop(states.get(loop), evidence, sessions.of(loop), log.orElse(null)));
    }

    /**
     * Opens one listener, which the newest snapshot must have; whoever asked closes it. One that lets its last flows end on
     * the same address gives way.
     *
     * @throws BindException with the address and the cause
     */
    public OpenUdpListener open(Listener.Udp listener) throws BindException {
        if (listener.bind().getPort() != 0) {
            List<OpenUdpListener> earlier = open.stream()
                .filter(one -> listener.entrance().binds().stream().anyMatch(one::isBoundTo))
                .toList();
            earlier.forEach(one -> one.cut().join());
            open.removeAll(earlier);
        }
        OpenUdpListener opened = OpenUdpListener.open(listener, loops, relay, snapshots, shared);
        open.add(opened);
        return opened;
    }

    /** Whether one of ours has the address, perhaps one that lets its last flows end and would give way. Any thread. */
    public boolean holds(InetSocketAddress address) {
        return open.stream().anyMatch(listener -> listener.isBoundTo(address) && !listener.hasEnded());
    }

    /** Lets the flows of backends that were just taken out end: the next datagram of each client goes elsewhere. */
    public void follow(SnapshotDiff diff) {
        open.removeIf(OpenUdpListener::hasEnded);
        Set<BackendKey> gone = new HashSet<>();
        for (String pool : pools(diff.after())) {
            PoolView now = diff.after().pools().get(pool);
            PoolView was = diff.before().pools().get(pool);
            if (now != null && was != null && !now.equals(was)) {
                addGone(was, now, gone);
            }
        }
        if (!gone.isEmpty()) {
            var _ = sessions.cut(flow -> isFlow(flow, diff.after()) && goesToOneOf(flow, gone), CloseReason.BACKEND_GONE);
        }
    }

    private static Set<String> pools(Snapshot snapshot) {
        Set<String> pools = new HashSet<>();
        snapshot.listeners().values().forEach(view -> {
            if (view instanceof ListenerView.Udp udp) {
                pools.add(udp.pool().name());
                udp.pool().sorryPool().ifPresent(sorry -> pools.add(sorry.name()));
            }
        });
        return pools;
    }

    private static void addGone(PoolView was, PoolView now, Set<BackendKey> gone) {
        Map<BackendKey, BackendState> before = new HashMap<>();
        was.members().forEach(member -> before.put(member.key(), member.status().state()));
        for (Member member : now.members()) {
            BackendState state = before.get(member.key());
            if (state != null && isOut(member.status().state()) && !isOut(state)) {
                gone.add(member.key());
            }
        }
    }

    private static boolean isOut(BackendState state) {
        return state == BackendState.UNHEALTHY || state == BackendState.EJECTED;
    }

    private static boolean isFlow(LiveConnection connection, Snapshot snapshot) {
        return snapshot.listeners().get(connection.listener()) instanceof ListenerView.Udp;
    }

    private static boolean goesToOneOf(LiveConnection flow, Set<BackendKey> backends) {
        var backend = flow.backend();
        return backend != null && backends.contains(backend.key());
    }

    /** Another process has the flows of this one's sockets still: what comes waits until {@link #goOn}. Before any is opened. */
    public void awaitFlows() {
        relay.awaitFlows();
    }

    /** Goes on with what another process has handed over, which may be nothing; answers how many flows were forgotten. */
    public int goOn(List<HandedPort> handed) {
        return relay.goOn(handed);
    }

    /** Reads no datagram any more and answers what another process needs to go on; {@link #goOn} with nothing takes it back. */
    public List<HandedPort> handOver() {
        return relay.handOver();
    }

    /** Another process goes on with what {@link #handOver} answered. */
    public void letGo() {
        relay.letGo();
    }

    /** The connections of all of layer 4. */
    public Sessions sessions() {
        return sessions;
    }

    /** Datagrams that came from the side of the backends and belonged to no flow. */
    public long strangers() {
        return relay.strangers();
    }
}
