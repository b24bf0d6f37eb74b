package io.weir.l4.tcp;

import io.weir.core.limit.Place;
import io.weir.core.limit.Refusal;
import io.weir.core.model.Entrance;
import io.weir.core.model.Pool;
import io.weir.core.snapshot.ListenerView;
import io.weir.core.snapshot.PoolView;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.net.RelayConnection;
import io.weir.net.RelayPolicy;
import io.weir.net.RelaySession;
import io.weir.net.RelayTimeouts;
import io.weir.net.tls.TlsServer;
import io.weir.net.tls.TlsServers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides for one listener of TCP or TLS on one loop: each connection by the snapshot that is the newest when it arrives. Confined
 * to the loop.
 */
public final class TcpPolicy implements RelayPolicy {
    /** For one backend while others are left: longer than any healthy handshake, shorter than a lost packet's return. */
    static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(1);

    private static final int SHARES_OF_THE_WHOLE = 3;

    private final String listener;

    private final SnapshotPublisher snapshots;

    private final TlsServers servers;

    private final TcpLoop loop;

    private final TcpCounters counters;

    /** The deadlines of the newest view, made once for all its connections. */
    private @Nullable ViewTimeouts newest;

    private record ViewTimeouts(ListenerView.Relayed view, PoolView pool, RelayTimeouts timeouts) {}

    public TcpPolicy(String listener, SnapshotPublisher snapshots, TlsServers servers, TcpLoop loop, TcpCounters counters) {
        this.listener = listener;
        this.snapshots = snapshots;
        this.servers = servers;
        this.loop = loop;
        this.counters = counters;
    }

    @Override
    public @Nullable RelaySession admit(RelayConnection connection) {
        return switch (snapshots.current().listeners().get(listener)) {
            case ListenerView.Tcp view -> plain(connection, view);
            case ListenerView.Tls view -> encrypted(connection, view);
            case ListenerView.Udp _,ListenerView.Http _ -> notServed();
            case null -> notServed();
        };
    }

    private @Nullable TcpSession plain(RelayConnection connection, ListenerView.Tcp view) {
        TcpSession session = admitted(connection, view);
        if (session != null) {
            session.route(view.pool(), timeouts(view, view.pool()));
        }
        return session;
    }

    private @Nullable TcpSession encrypted(RelayConnection connection, ListenerView.Tls view) {
        if (view.listener().terms().isPresent() && servers.find(listener) == null) {
            return notServed();
        }
        if (!view.handshakes().tryAcquire()) {
            counters.tls().atLimit().increment();
            return null;
        }
        TcpSession session = admitted(connection, view);
        if (session == null) {
            view.handshakes().release();
            return null;
        }
        session.secure(new TlsStart(this, session, view, connection.loop(), counters.tls()));
        return session;
    }

    private @Nullable TcpSession notServed() {
        counters.refused().count(Refusal.NOT_SERVED);
        return null;
    }

    private @Nullable TcpSession admitted(RelayConnection connection, ListenerView.Relayed view) {
        Entrance entrance = view.listener().entrance();
        boolean proxied = !entrance.proxyProtocolFrom().isEmpty()
                && entrance.mustSendProxyHeader(connection.clientAddress().getAddress());
        if (proxied) {
            counters.admitted().increment();
            return new TcpSession(connection, view, null, loop, counters);
        }
        return switch (view.admission().decide(() -> connection.clientAddress().getAddress(), System.nanoTime())) {
            case Refusal refusal -> {
                counters.refused().count(refusal);
                yield null;
            }
            case Place place -> {
                counters.admitted().increment();
                yield new TcpSession(connection, view, place, loop, counters);
            }
        };
    }

    /** What ends the TLS of the listener's clients now; to be used before the loop turns to something else. */
    @Nullable
    TlsServer server() {
        return servers.find(listener);
    }

    @SuppressWarnings("ReferenceEquality") // a view that did not change is the same object
    RelayTimeouts timeouts(ListenerView.Relayed view, PoolView pool) {
        ViewTimeouts known = newest;
        if (known == null || known.view != view || known.pool != pool) {
            known = new ViewTimeouts(view, pool, timeouts(pool.serving().pool(), view.idleTimeout()));
            newest = known;
        }
        return known.timeouts;
    }

    static RelayTimeouts timeouts(Pool pool, Duration idle) {
        Duration whole = pool.connectTimeout();
        Duration share = whole.dividedBy(SHARES_OF_THE_WHOLE);
        return new RelayTimeouts(whole, share.compareTo(LONGEST_ATTEMPT) < 0 ? share : LONGEST_ATTEMPT, idle);
    }
}
