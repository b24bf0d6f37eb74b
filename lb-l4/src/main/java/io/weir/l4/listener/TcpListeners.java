package io.weir.l4.listener;

import io.weir.core.health.BackendKey;
import io.weir.core.health.EvidenceSink;
import io.weir.core.model.Forwarding;
import io.weir.core.model.Listener;
import io.weir.core.snapshot.ListenerView;
import io.weir.core.snapshot.LoopState;
import io.weir.core.snapshot.Snapshot;
import io.weir.core.snapshot.SnapshotDiff;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.l4.tcp.TcpLoop;
import io.weir.net.EventLoops;
import io.weir.net.LoopLocal;
import io.weir.net.Transparency;
import io.weir.net.session.LiveConnection;
import io.weir.net.session.SessionSink;
import io.weir.net.session.Sessions;
import io.weir.net.tls.TlsServers;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The listeners of TCP and TLS of this process: brings them to what a snapshot says, and ends connections whose listener or backend
 * is gone. Confined to {@code control} but for what only reads, which any thread may call; never called on a loop.
 */
public final class TcpListeners {
    private final EventLoops loops;

    private final SnapshotPublisher snapshots;

    private final TlsServers servers;

    private final Sessions sessions;

    private final LoopLocal<TcpLoop> tcp;

    private volatile Map<String, OpenTcpListener> openByName = Map.of();

    private Map<String, String> lastCauseByName = Map.of();

    /** Without listeners that end TLS. */
    public TcpListeners(
            EventLoops loops, SnapshotPublisher snapshots, LoopLocal<LoopState> states, EvidenceSink evidence,
            Optional<? extends SessionSink> log) {
        this(loops, snapshots, states, evidence, log, new TlsServers());
    }

    /**
     * @param states of each traffic loop, shared with the other data plane
     * @param log told of every session that has ended
     * @param servers who end the TLS of listeners' clients
     */
    public TcpListeners(
            EventLoops loops, SnapshotPublisher snapshots, LoopLocal<LoopState> states, EvidenceSink evidence,
            Optional<? extends SessionSink> log, TlsServers servers) {
        this.loops = loops;
        this.snapshots = snapshots;
        this.servers = servers;
        this.sessions = new Sessions(loops);
        this.tcp = new LoopLocal<>(loops, loop -> new TcpLoop(states.get(loop), evidence, sessions.of(loop), log.orElse(null)));
    }

    /**
     * Opens, closes and moves listeners as the newer snapshot says, and ends the connections of listeners and backends
     * that left with it: at once, or when their grace is over if they are still gone then.
     *
     * @return the listeners that could not be opened, unless they failed the same way the last time; each is tried again
     *     at the next call
     */
    public List<ListenerFailure> apply(SnapshotDiff diff) {
        Map<String, Listener.Relayed> wanted = wanted(diff.after());
        close(wanted);
        List<ListenerFailure> failures = open(wanted);
        follow(diff);
        return failures;
    }

    /**
     * Opens one listener, which the newest snapshot must have; whoever asked closes it. Any thread that may block.
     *
     * @throws BindException with the address and the cause
     */
    public OpenTcpListener open(Listener.Relayed listener) throws BindException {
        return OpenTcpListener.open(listener, loops, snapshots, servers, tcp);
    }

    /**
     * Finds out whether a listener's wishes can be granted on this host, its ports aside.
     *
     * @throws BindException with the address and the cause
     */
    public void check(Listener.Relayed listener) throws BindException {
        if (listener.forwarding() == Forwarding.TRANSPARENT || listener.entrance().intercept()) {
            Transparency.check(loops.transport(), listener.bind());
        }
    }

    /** Ends the connections of listeners and backends that left with the newer snapshot, in time. Does not block. */
    public void follow(SnapshotDiff diff) {
        cutConnectionsOfListeners(diff, wanted(diff.after()));
        cutConnectionsOfBackends(diff);
    }

    private static Map<String, Listener.Relayed> wanted(Snapshot snapshot) {
        Map<String, Listener.Relayed> wanted = new LinkedHashMap<>();
        snapshot.configuration().listeners().values().forEach(listener -> {
            if (listener instanceof Listener.Relayed relayed && relayed.enabled()) {
                wanted.put(relayed.name(), relayed);
            }
        });
        return wanted;
    }

    /** Closes what is not wanted any more, or not there, and waits for it: another may want the address. */
    private void close(Map<String, Listener.Relayed> wanted) {
        Map<String, OpenTcpListener> kept = new LinkedHashMap<>();
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        openByName.forEach((name, open) -> {
            Listener.Relayed listener = wanted.get(name);
            if (listener != null && open.serves(listener)) {
                kept.put(name, open);
            } else {
                closing.add(open.stopAccepting());
            }
        });
        openByName = Map.copyOf(kept);
        closing.forEach(CompletableFuture::join);
    }

    private List<ListenerFailure> open(Map<String, Listener.Relayed> wanted) {
        Map<String, OpenTcpListener> open = new LinkedHashMap<>(openByName);
        Map<String, String> causeByName = new LinkedHashMap<>();
        for (Listener.Relayed listener : wanted.values()) {
            String name = listener.name();
            if (!open.containsKey(name)) {
                try {
                    open.put(name, open(listener));
                } catch (BindException failure) {
                    causeByName.put(name, String.valueOf(failure.getMessage()));
                }
            }
        }
        openByName = Map.copyOf(open);
        List<ListenerFailure> fresh = causeByName.entrySet()
            .stream()
            .filter(failure -> !failure.getValue().equals(lastCauseByName.get(failure.getKey())))
            .map(failure -> new ListenerFailure(failure.getKey(), failure.getValue()))
            .toList();
        lastCauseByName = causeByName;
        return fresh;
    }

    /** A listener that is gone leaves its connections the time that its pool gives to drained backends. */
    private void cutConnectionsOfListeners(SnapshotDiff diff, Map<String, Listener.Relayed> wanted) {
        for (String name : wanted(diff.before()).keySet()) {
            if (!wanted.containsKey(name) && diff.before().listeners().get(name) instanceof ListenerView.Relayed view) {
                sessions.cutAfter(
                        view.drainTimeout(),
                        connection -> connection.listener().equals(name),
                        () -> !wanted(snapshots.current()).containsKey(name));
            }
        }
    }

    private void cutConnectionsOfBackends(SnapshotDiff diff) {
        diff.leaving()
            .forEach((key, leaving) -> sessions.cutAfter(
                    Duration.ofNanos(leaving.graceNanos()),
                    connection -> goesTo(connection, key, leaving.address()),
                    () -> snapshots.current().letsGo(key, leaving.address())));
    }

    private static boolean goesTo(LiveConnection connection, BackendKey key, InetSocketAddress address) {
        var backend = connection.backend();
        return backend != null && backend.key().equals(key) && backend.address().equals(address);
    }

    /** The connections of all listeners. */
    public Sessions sessions() {
        return sessions;
    }

    /** What each open listener has done. */
    public List<TcpListenerStatus> statuses() {
        return openByName.values().stream().map(OpenTcpListener::status).toList();
    }

    /** The address of an open listener, with the port that was bound. */
    public Optional<InetSocketAddress> address(String listener) {
        return Optional.ofNullable(openByName.get(listener)).map(OpenTcpListener::address);
    }

    /**
     * Closes all listeners and lets their connections end by themselves; what is left when the time is over is cut.
     * Completes with how many were cut.
     */
    public CompletableFuture<Integer> drain(Duration timeout) {
        close(Map.of());
        return sessions.drained(timeout);
    }
}
