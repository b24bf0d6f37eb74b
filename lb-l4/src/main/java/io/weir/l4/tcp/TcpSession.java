package io.weir.l4.tcp;

import io.weir.core.balance.LoopBackend;
import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.health.TrafficFailure;
import io.weir.core.limit.Admission;
import io.weir.core.limit.Pace;
import io.weir.core.limit.Place;
import io.weir.core.limit.Refusal;
import io.weir.core.model.Forwarding;
import io.weir.core.model.Offload;
import io.weir.core.model.ProxyProtocol;
import io.weir.core.snapshot.ListenerView;
import io.weir.core.snapshot.PickSequence;
import io.weir.core.snapshot.PoolView;
import io.weir.l4.session.KeyHash;
import io.weir.net.ClientTls;
import io.weir.net.CloseReason;
import io.weir.net.Preface;
import io.weir.net.ProxyHeader;
import io.weir.net.ProxyHeader.Carried;
import io.weir.net.ProxyPreface;
import io.weir.net.RelayConnection;
import io.weir.net.RelaySession;
import io.weir.net.RelayTimeouts;
import io.weir.net.RelayTls;
import io.weir.net.RelayTraffic;
import io.weir.net.session.LiveConnection;
import io.weir.net.session.SessionSink;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection as layer 4 sees it: which backends it tried, which one it has, what it holds open. Confined to its
 * loop. It keeps values of the snapshot that decided it, never the snapshot.
 */
final class TcpSession extends LiveConnection implements RelaySession {
    private static final byte[] NO_HEADER = {};

    private final RelayConnection connection;

    private final String listener;

    /** What decides when the PROXY header has named the client; null where none is expected, and after. */
    private @Nullable Admission undecided;

    /** What the client takes up; null until it is taken. */
    private @Nullable Place place;

    private final boolean transparent;

    private @Nullable RelayTimeouts timeouts;

    private final Pace pace;

    private final Offload offload;

    private ProxyProtocol header = ProxyProtocol.NONE;

    private final TcpLoop loop;

    private final TcpCounters counters;

    /** What the client's stream must begin with; null: nothing, or it was asked for already. */
    private @Nullable Preface preface;

    /** What is to be done before a pool is known; null where nothing is, or when it is over. */
    private @Nullable TlsStart tls;

    /** What backends are told of the client's TLS; null: nothing. */
    private @Nullable ClientTls clientTls;

    /** The pool to pick from and the order of picks; null once dialling is over. */
    private @Nullable PoolView pool;

    private @Nullable PickSequence picks;

    private @Nullable LoopBackend backend;

    private long attemptNanos;

    private long connectNanos;

    /** Whether the attempt under way was handed in as timed out already. */
    private boolean timedOut;

    /** @param place null if a PROXY header is to name the client first, and only then it is decided whether it is taken */
    TcpSession(
            RelayConnection connection, ListenerView.Relayed view, @Nullable Place place, TcpLoop loop, TcpCounters counters) {
        this.connection = connection;
        this.preface = place == null ? new ProxyPreface(connection) : null;
        this.undecided = place == null ? view.admission() : null;
        this.listener = view.name();
        this.place = place;
        this.transparent = view.forwarding() == Forwarding.TRANSPARENT;
        this.pace = view.admission().pace();
        this.offload = view.offload();
        this.loop = loop;
        this.counters = counters;
        loop.sessions().add(this);
        if (loop.log() != null) {
            connection.clientAddress(); // the kernel knows it no more when the connection has ended
        }
    }

    /** Where it goes; to be said before its timeouts are asked. */
    void route(PoolView wanted, RelayTimeouts deadlines) {
        PoolView serving = wanted.serving();
        pool = serving;
        header = serving.pool().proxyProtocol();
        timeouts = deadlines;
    }

    /** Lets {@code start} find out where it goes; null when that is over. */
    void secure(@Nullable TlsStart start) {
        tls = start;
    }

    /** Whether backends are told of the client's TLS; asked when its pool is known. */
    boolean tellsOfTls() {
        return header instanceof ProxyProtocol.Version2 version2 && version2.tls();
    }

    /** What the client's TLS is. */
    void speaks(ClientTls known) {
        clientTls = known;
    }

    @Override
    public String listener() {
        return listener;
    }

    @Override
    public @Nullable LoopBackend backend() {
        return backend;
    }

    @Override
    public InetSocketAddress client() {
        return connection.clientAddress();
    }

    @Override
    public long bytesToBackend() {
        return connection.bytesToBackend();
    }

    @Override
    public long bytesToClient() {
        return connection.bytesToClient();
    }

    @Override
    public RelayTimeouts timeouts() {
        RelayTimeouts known = timeouts;
        if (known == null) {
            throw new IllegalStateException("nobody has said where the connection goes");
        }
        return known;
    }

    @Override
    public RelayTraffic traffic() {
        return counters.traffic();
    }

    @Override
    public @Nullable Preface preface() {
        Preface next = preface;
        preface = null;
        if (next == null && tls != null) {
            return tls.preface();
        }
        return next;
    }

    @Override
    public Pace pace() {
        return pace;
    }

    @Override
    public Offload offload() {
        return offload;
    }

    @Override
    public @Nullable CloseReason refusal() {
        Admission admission = undecided;
        if (admission == null) {
            return null;
        }
        undecided = null;
        return switch (admission.decide(() -> connection.clientAddress().getAddress(), System.nanoTime())) {
            case Refusal refusal -> {
                counters.refused().count(refusal);
                yield CloseReason.REFUSED;
            }
            case Place taken -> {
                place = taken;
                yield null;
            }
        };
    }

    @Override
    public @Nullable RelayTls tls() {
        return tls == null ? null : tls.termination();
    }

    @Override
    public @Nullable InetSocketAddress first() {
        PoolView view = pool;
        if (view == null) {
            return null;
        }
        PickSequence sequence = loop.takeSequence();
        picks = sequence;
        attemptNanos = System.nanoTime();
        sequence.start(loop.state().pool(view), KeyHash.of(view, connection), attemptNanos);
        if (view.affinity().isPresent()) {
            sequence.stay(connection.clientAddress().getAddress());
        }
        return dial(sequence.next());
    }

    private @Nullable InetSocketAddress dial(@Nullable LoopBackend next) {
        backend = next;
        timedOut = false;
        return next == null ? null : placeOf(next);
    }

    private InetSocketAddress placeOf(LoopBackend backend) {
        InetSocketAddress place = backend.address();
        return place.getPort() == 0 ? new InetSocketAddress(place.getAddress(), connection.listenAddress().getPort()) : place;
    }

    @Override
    public @Nullable InetAddress source(InetSocketAddress backend) {
        if (!transparent) {
            return null;
        }
        InetAddress client = connection.clientAddress().getAddress();
        return client instanceof Inet4Address == backend.getAddress() instanceof Inet4Address ? client : null;
    }

    @Override
    public @Nullable InetSocketAddress instead(ConnectFailure failure) {
        handIn(failure);
        PickSequence sequence = picks;
        LoopBackend next = sequence == null ? null : sequence.next();
        if (next == null && failure == ConnectFailure.TIMED_OUT) {
            // The attempt goes on, and with it what is open towards the backend.
            timedOut = true;
            return null;
        }
        leaveBackend();
        if (next != null) {
            counters.redispatched().increment();
            attemptNanos = System.nanoTime();
        }
        return dial(next);
    }

    /** Tells health, unless the fault may be our own host's. */
    private void handIn(ConnectFailure failure) {
        LoopBackend failed = backend;
        if (failed != null) {
            int inARow = failed.connectFailed();
            if (failure != ConnectFailure.OTHER) {
                loop.evidence().connectFailed(failed.key(), failure, inARow);
                failed.failed(TrafficFailure.CONNECT_FAILED, loop.evidence());
            }
        }
    }

    @Override
    public byte[] connected() {
        LoopBackend taken = backend;
        if (taken != null) {
            long nowNanos = System.nanoTime();
            taken.connectSucceeded();
            connectNanos = nowNanos - attemptNanos;
            taken.cost().observe(connectNanos, nowNanos);
        }
        endDialling();
        return ProxyProtocol.NONE.equals(header)
                ? NO_HEADER
                : ProxyHeader.of(header, Carried.STREAM, connection.clientAddress(), connection.listenAddress(), clientTls);
    }

    /** What is compared between backends is how fast they connect: the client may let them wait for what they answer. */
    @Override
    public void answered() {
        LoopBackend good = backend;
        if (good != null) {
            good.succeeded();
            good.answered(false, connectNanos);
        }
    }

    @Override
    public void hungUp() {
        LoopBackend bad = backend;
        if (bad != null) {
            bad.failed(TrafficFailure.RESET, loop.evidence());
            bad.answered(true, connectNanos);
        }
    }

    @Override
    public void cut(CloseReason reason) {
        connection.close(reason);
    }

    @Override
    public void closed(CloseReason reason, long bytesToBackend, long bytesToClient) {
        if (reason == CloseReason.CONNECT_TIMEOUT && !timedOut) {
            handIn(ConnectFailure.TIMED_OUT);
        }
        if (tls != null) {
            tls.closed(reason);
        }
        SessionSink log = loop.log();
        if (log != null) {
            log.ended(end(reason));
        }
        endDialling();
        leaveBackend();
        Place taken = place;
        if (taken != null) {
            taken.release();
        }
        loop.sessions().remove(this);
        counters.closed(reason).increment();
    }

    private void endDialling() {
        PickSequence sequence = picks;
        if (sequence != null) {
            counters.backendsAtLimit().add(sequence.atCap());
            loop.giveBack(sequence);
            picks = null;
        }
        pool = null;
    }

    private void leaveBackend() {
        LoopBackend left = backend;
        if (left != null) {
            left.close();
            backend = null;
        }
    }
}
