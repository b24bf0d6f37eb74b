package io.weir.l4.udp;

import io.weir.core.affinity.AffinityKey;
import io.weir.core.affinity.AffinityTable;
import io.weir.core.balance.LoopBackend;
import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.health.TrafficFailure;
import io.weir.core.limit.Place;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.HashKey;
import io.weir.core.model.ProxyProtocol;
import io.weir.core.snapshot.PickSequence;
import io.weir.core.snapshot.PoolView;
import io.weir.net.CloseReason;
import io.weir.net.ProxyHeader;
import io.weir.net.ProxyHeader.Carried;
import io.weir.net.RelayConnection;
import io.weir.net.session.LiveConnection;
import io.weir.net.session.SessionSink;
import io.weir.net.udp.FlowSession;
import io.weir.net.udp.FlowTerms;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One flow as layer 4 sees it: which backend it has, what it holds. Confined to its loop. A backend is taken at its word
 * once it answers; silence says nothing, for many protocols never answer.
 */
final class UdpSession extends LiveConnection implements FlowSession {
    private static final byte[] NO_HEADER = {};

    private final RelayConnection flow;

    private final UdpPolicy policy;

    private final Place place;

    private final FlowTerms terms;

    private final long hash;

    /** The QUIC connection id of the first datagram; null: none, or nobody asks for it. */
    private final @Nullable AffinityKey quicId;

    /** Learns the connection ids that the backend gives out. */
    private @Nullable QuicIdWatch watch;

    /** The order of picks, from a backend's failure to another one's answer; else null. */
    private @Nullable PickSequence picks;

    private @Nullable LoopBackend backend;

    /** Of the pool that the backend was picked from. */
    private ProxyProtocol wanted = ProxyProtocol.NONE;

    private long pickNanos;

    UdpSession(RelayConnection flow, UdpPolicy policy, Place place, FlowTerms terms, long hash, @Nullable AffinityKey quicId) {
        this.flow = flow;
        this.policy = policy;
        this.place = place;
        this.terms = terms;
        this.hash = hash;
        this.quicId = quicId;
        policy.loop().sessions().add(this);
    }

    @Override
    public String listener() {
        return policy.listener();
    }

    @Override
    public @Nullable LoopBackend backend() {
        return backend;
    }

    @Override
    public InetSocketAddress client() {
        return flow.clientAddress();
    }

    @Override
    public long bytesToBackend() {
        return flow.bytesToBackend();
    }

    @Override
    public long bytesToClient() {
        return flow.bytesToClient();
    }

    @Override
    public FlowTerms terms() {
        return terms;
    }

    @Override
    public @Nullable InetSocketAddress first() {
        PickSequence sequence = begin();
        if (sequence == null) {
            return null;
        }
        InetSocketAddress address = goTo(sequence.next());
        end(sequence);
        return address;
    }

    /** Goes on with what another process began. */
    void goOn(LoopBackend its, ProxyProtocol itsHeader, Duration age) {
        backend = its;
        wanted = itsHeader;
        pickNanos = System.nanoTime();
        began(age);
    }

    @Override
    public @Nullable Held held() {
        LoopBackend its = backend;
        return its == null ? null : new Held(its.key(), age());
    }

    private @Nullable PickSequence begin() {
        PoolView pool = policy.pool();
        if (pool == null) {
            return null;
        }
        wanted = pool.pool().proxyProtocol();
        PickSequence sequence = policy.loop().takeSequence();
        sequence.start(policy.loop().state().pool(pool), hash, System.nanoTime());
        stay(sequence, pool);
        return sequence;
    }

    private void stay(PickSequence sequence, PoolView pool) {
        AffinityTable table = pool.affinity().orElse(null);
        watch = null;
        if (table != null && pool.pool().algorithm() instanceof Algorithm.Maglev(var key, var bytes, var _) && key == HashKey.QUIC_ID) {
            watch = new QuicIdWatch(table, bytes);
            if (quicId != null) {
                sequence.stayIfKnown(quicId);
            }
        } else if (table != null) {
            sequence.stay(flow.clientAddress().getAddress());
        }
    }

    @Override
    public boolean hears() {
        return watch != null;
    }

    @Override
    public boolean heard(MemorySegment answer) {
        QuicIdWatch learning = watch;
        LoopBackend from = backend;
        if (learning == null || from == null || !learning.learn(answer, from.target())) {
            watch = null;
        }
        return watch != null;
    }

    private void end(PickSequence sequence) {
        policy.counters().backendsAtLimit().add(sequence.atCap());
        policy.loop().giveBack(sequence);
    }

    private @Nullable InetSocketAddress goTo(@Nullable LoopBackend next) {
        backend = next;
        pickNanos = System.nanoTime();
        return next == null ? null : placeOf(next);
    }

    /** A backend without a port of its own is asked at the one that the client asked. */
    private InetSocketAddress placeOf(LoopBackend next) {
        InetSocketAddress place = next.address();
        return place.getPort() == 0 ? new InetSocketAddress(place.getAddress(), flow.listenAddress().getPort()) : place;
    }

    /** Goes through the others of the pool, each once, until one answers. */
    @Override
    public @Nullable InetSocketAddress instead(ConnectFailure failure) {
        LoopBackend failed = backend;
        if (failed == null) {
            return null;
        }
        handIn(failed, failure);
        failed.close();
        backend = null;
        if (picks == null) {
            picks = begin();
        }
        PickSequence sequence = picks;
        LoopBackend next = sequence == null ? null : sequence.next();
        if (sequence != null && next != null && next.equals(failed)) {
            next.close();
            next = sequence.next();
        }
        if (next != null) {
            policy.counters().redispatched().increment();
        }
        return goTo(next);
    }

    private void handIn(LoopBackend failed, ConnectFailure failure) {
        int inARow = failed.connectFailed();
        if (failure != ConnectFailure.OTHER) {
            policy.loop().evidence().connectFailed(failed.key(), failure, inARow);
            failed.failed(TrafficFailure.CONNECT_FAILED, policy.loop().evidence());
        }
    }

    @Override
    public byte[] header() {
        return ProxyProtocol.NONE.equals(wanted)
                ? NO_HEADER
                : ProxyHeader.of(wanted, Carried.DATAGRAM, flow.clientAddress(), flow.listenAddress());
    }

    @Override
    public void answered() {
        LoopBackend good = backend;
        if (good != null) {
            long nowNanos = System.nanoTime();
            good.connectSucceeded();
            good.succeeded();
            good.answered(false, nowNanos - pickNanos);
            good.cost().observe(nowNanos - pickNanos, nowNanos);
        }
        endPicking();
    }

    private void endPicking() {
        PickSequence sequence = picks;
        if (sequence != null) {
            end(sequence);
            picks = null;
        }
    }

    @Override
    public void cut(CloseReason reason) {
        flow.close(reason);
    }

    @Override
    public void closed(CloseReason reason, long bytesToBackend, long bytesToClient) {
        SessionSink log = policy.loop().log();
        if (log != null) {
            log.ended(end(reason));
        }
        giveBack();
        policy.counters().closed(reason).increment();
    }

    @Override
    public void handedOver() {
        giveBack();
    }

    private void giveBack() {
        endPicking();
        LoopBackend left = backend;
        if (left != null) {
            left.close();
            backend = null;
        }
        place.release();
        policy.loop().sessions().remove(this);
    }
}
