package io.weir.l4.udp;

import io.weir.core.affinity.AffinityKey;
import io.weir.core.balance.FlowHash;
import io.weir.core.balance.LoopBackend;
import io.weir.core.limit.Place;
import io.weir.core.limit.Refusal;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.HashKey;
import io.weir.core.model.Listener;
import io.weir.core.snapshot.ListenerView;
import io.weir.core.snapshot.PoolView;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.l4.session.KeyHash;
import io.weir.l4.tcp.TcpCounters;
import io.weir.l4.tcp.TcpLoop;
import io.weir.net.RelayConnection;
import io.weir.net.udp.FlowPolicy;
import io.weir.net.udp.FlowSession;
import io.weir.net.udp.FlowTerms;
import io.weir.net.udp.HandedFlow;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides for one UDP listener on one loop: each flow by the snapshot that is the newest when its first datagram arrives.
 * Confined to the loop.
 */
public final class UdpPolicy implements FlowPolicy {
    private final String listener;

    private final SnapshotPublisher snapshots;

    private final TcpLoop loop;

    private final TcpCounters counters;

    /** The terms of the newest configuration, made once for all its flows. */
    private @Nullable ListenerTerms newest;

    private record ListenerTerms(Listener.Udp listener, FlowTerms terms) {}

    public UdpPolicy(String listener, SnapshotPublisher snapshots, TcpLoop loop, TcpCounters counters) {
        this.listener = listener;
        this.snapshots = snapshots;
        this.loop = loop;
        this.counters = counters;
    }

    @Override
    public @Nullable FlowSession admit(RelayConnection flow, MemorySegment datagram) {
        ListenerView.Udp view = view();
        if (view == null) {
            counters.refused().count(Refusal.NOT_SERVED);
            return null;
        }
        return switch (view.admission().decide(() -> flow.clientAddress().getAddress(), System.nanoTime())) {
            case Refusal refusal -> {
                counters.refused().count(refusal);
                yield null;
            }
            case Place place -> {
                counters.admitted().increment();
                PoolView pool = view.pool().serving();
                AffinityKey id = quicId(pool, datagram);
                long hash = id == null ? KeyHash.of(pool, flow) : FlowHash.id(id.high(), id.low());
                yield new UdpSession(flow, this, place, terms(view), hash, id);
            }
        };
    }

    @Override
    public boolean readsHeaders() {
        ListenerView.Udp view = view();
        return view != null && !view.listener().entrance().proxyProtocolFrom().isEmpty();
    }

    @Override
    public boolean mustSendHeader(InetAddress sender) {
        ListenerView.Udp view = view();
        return view != null && view.listener().entrance().mustSendProxyHeader(sender);
    }

    /** Under the limits that are in force, and to the same backend if that is still a member of its pool. */
    @Override
    public @Nullable FlowSession goOn(RelayConnection flow, HandedFlow known) {
        ListenerView.Udp view = view();
        PoolView pool = snapshots.current().pools().get(known.backend().pool());
        LoopBackend backend = view == null || pool == null ? null : loop.state().pool(pool).member(known.backend());
        if (view == null || pool == null || backend == null || !backend.address().getAddress().equals(known.address().getAddress())
                || !(view.admission().goOn(() -> flow.clientAddress().getAddress()) instanceof Place place)) {
            return null;
        }
        if (!backend.tryOpen()) {
            place.release();
            return null;
        }
        var session = new UdpSession(flow, this, place, terms(view), KeyHash.of(pool, flow), null);
        session.goOn(backend, pool.pool().proxyProtocol(), Duration.ofMillis(known.ageMillis()));
        return session;
    }

    private static @Nullable AffinityKey quicId(PoolView pool, MemorySegment datagram) {
        return pool.pool().algorithm() instanceof Algorithm.Maglev(var key, var bytes, var _) && key == HashKey.QUIC_ID
                ? QuicId.destination(datagram, bytes)
                : null;
    }

    private ListenerView.@Nullable Udp view() {
        return snapshots.current().listeners().get(listener) instanceof ListenerView.Udp view ? view : null;
    }

    /** The pool that carries the listener's traffic now; null if the listener is gone. */
    @Nullable
    PoolView pool() {
        ListenerView.Udp view = view();
        return view == null ? null : view.pool().serving();
    }

    @SuppressWarnings("ReferenceEquality") // a listener of the same configuration is the same object
    private FlowTerms terms(ListenerView.Udp view) {
        ListenerTerms known = newest;
        Listener.Udp configured = view.listener();
        if (known == null || known.listener != configured) {
            known = new ListenerTerms(configured,
                    new FlowTerms(configured.idleTimeout(), configured.oneShot(), view.admission().pace()));
            newest = known;
        }
        return known.terms;
    }

    String listener() {
        return listener;
    }

    TcpLoop loop() {
        return loop;
    }

    TcpCounters counters() {
        return counters;
    }
}
