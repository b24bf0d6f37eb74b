package io.weir.l4.tcp;

import io.weir.core.limit.Place;
import io.weir.core.limit.Refusal;
import io.weir.core.model.Entrance;
import io.weir.core.model.Pool;
import io.weir.core.snapshot.ListenerView;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.net.RelayConnection;
import io.weir.net.RelayPolicy;
import io.weir.net.RelaySession;
import io.weir.net.RelayTimeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides for one TCP listener on one loop: each connection by the snapshot that is the newest when it arrives. Confined
 * to the loop.
 */
public final class TcpPolicy implements RelayPolicy {
    /** For one backend while others are left: longer than any healthy handshake, shorter than a lost packet's return. */
    static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(1);

    private static final int SHARES_OF_THE_WHOLE = 3;

    private final String listener;

    private final SnapshotPublisher snapshots;

    private final TcpLoop loop;

    private final TcpCounters counters;

    /** The deadlines of the newest view, made once for all its connections. */
    private @Nullable ViewTimeouts newest;

    private record ViewTimeouts(ListenerView.Tcp view, RelayTimeouts timeouts) {}

    public TcpPolicy(String listener, SnapshotPublisher snapshots, TcpLoop loop, TcpCounters counters) {
        this.listener = listener;
        this.snapshots = snapshots;
        this.loop = loop;
        this.counters = counters;
    }

    @Override
    public @Nullable RelaySession admit(RelayConnection connection) {
        if (!(snapshots.current().listeners().get(listener) instanceof ListenerView.Tcp view)) {
            counters.refused().count(Refusal.NOT_SERVED);
            return null;
        }
        Entrance entrance = view.listener().entrance();
        boolean proxied = !entrance.proxyProtocolFrom().isEmpty()
                && entrance.mustSendProxyHeader(connection.clientAddress().getAddress());
        if (proxied) {
            counters.admitted().increment();
            return new TcpSession(connection, view, null, timeouts(view), loop, counters);
        }
        return switch (view.admission().decide(() -> connection.clientAddress().getAddress(), System.nanoTime())) {
            case Refusal refusal -> {
                counters.refused().count(refusal);
                yield null;
            }
            case Place place -> {
                counters.admitted().increment();
                yield new TcpSession(connection, view, place, timeouts(view), loop, counters);
            }
        };
    }

    private RelayTimeouts timeouts(ListenerView.Tcp view) {
        ViewTimeouts known = newest;
        if (known == null || !known.view.equals(view)) {
            known = new ViewTimeouts(view, timeouts(view.pool().serving().pool(), view.listener().idleTimeout()));
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
