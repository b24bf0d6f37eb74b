package io.weir.net.udp;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.limit.Bandwidth;
import io.weir.core.limit.Pace;
import io.weir.net.CloseReason;
import io.weir.net.Deadline;
import io.weir.net.Loop;
import io.weir.net.RelayConnection;
import io.weir.net.TimerWheel;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one client address and port says to one listener, and what comes back: it has a backend, and a port of this host
 * that no other flow to that backend has, so that answers find their way. Confined to its loop.
 */
final class UdpFlow extends Deadline implements RelayConnection {
    private static final byte[] NO_HEADER = {};

    private final FlowDoor door;

    private final int hash;

    private final long clientHigh;

    private final long clientLow;

    private final int clientPort;

    private final int scope;

    private final long askedHigh;

    private final long askedLow;

    /** Whom the sender speaks for; null: for itself. */
    private final @Nullable NamedClient named;

    @Nullable
    UdpFlow nextInBucket;

    private @Nullable FlowSession session;

    private @Nullable Lane lane;

    private @Nullable UpstreamPort port;

    private byte[] header = NO_HEADER;

    private long idleTicks;

    private long activeTick;

    private long bytesToBackend;

    private long bytesToClient;

    /** How long the last datagram to the backend was, its header included. */
    private int lastBytes;

    /** Datagrams that went to the backend and have no answer. */
    private int unanswered;

    private boolean oneShot;

    private Pace pace = Pace.UNLIMITED;

    private boolean answered;

    /** The client has gone on after an answer. */
    private boolean confirmed;

    /** The session wants to read answers. */
    private boolean hears;

    private boolean closed;

    private boolean aloneToBackend;

    private boolean aloneToClient;

    UdpFlow(FlowDoor door, int hash, Peer client, Peer asked, @Nullable NamedClient named) {
        this.door = door;
        this.hash = hash;
        this.clientHigh = client.high;
        this.clientLow = client.low;
        this.clientPort = client.port;
        this.scope = client.scope;
        this.askedHigh = asked.high;
        this.askedLow = asked.low;
        this.named = named;
    }

    int hash() {
        return hash;
    }

    boolean isOf(int wanted, Peer client, Peer asked, @Nullable NamedClient whom) {
        return hash == wanted && clientLow == client.low && clientPort == client.port && clientHigh == client.high
                && scope == client.scope && askedLow == asked.low && askedHigh == asked.high && Objects.equals(named, whom);
    }

    /** Takes its backend; else it has ended, and this is why its datagram goes nowhere. */
    @Nullable
    Drop open(FlowSession admitted) {
        session = admitted;
        FlowTerms terms = admitted.terms();
        idleTicks = TimerWheel.ticksFor(terms.idle());
        oneShot = terms.oneShot();
        pace = terms.pace();
        TimerWheel timers = loop().timers();
        activeTick = timers.ticks();
        timers.scheduleTicks(this, patienceTicks());
        return settle(admitted.first());
    }

    /** Goes on with what another process began. */
    void goOn(FlowSession resumed, HandedFlow known, UpstreamPort its) {
        session = resumed;
        FlowTerms terms = resumed.terms();
        idleTicks = TimerWheel.ticksFor(terms.idle());
        oneShot = terms.oneShot();
        pace = terms.pace();
        unanswered = known.unanswered();
        answered = known.answered();
        confirmed = known.confirmed();
        bytesToBackend = known.bytesToBackend();
        bytesToClient = known.bytesToClient();
        TimerWheel timers = loop().timers();
        activeTick = timers.ticks() - Duration.ofMillis(known.silentMillis()).dividedBy(TimerWheel.TICK);
        timers.scheduleTicks(this, Math.max(0, activeTick + patienceTicks() - timers.ticks()));
        Lane way = door.shared().lane(known.address());
        way.goOn(this, its);
        lane = way;
        port = its;
        header = resumed.header();
    }

    /** What another process needs to go on with it; null: it has no backend. */
    @Nullable
    HandedFlow handed(int doorName) {
        FlowSession.Held held = session().held();
        if (held == null || lane == null) {
            return null;
        }
        long silent = loop().timers().ticks() - activeTick;
        return new HandedFlow(doorName, sender(), asked(), Optional.ofNullable(named), held.backend(), lane.address(), unanswered, answered,
                confirmed,
                TimerWheel.TICK.multipliedBy(silent).toMillis(), held.age().toMillis(), bytesToBackend, bytesToClient);
    }

    /** Another process goes on with it. */
    void letGo() {
        if (!closed) {
            closed = true;
            loop().timers().cancel(this);
            leaveLane(false);
            door.left(this);
            session().handedOver();
        }
    }

    private @Nullable Drop settle(@Nullable InetSocketAddress target) {
        if (target == null) {
            end(CloseReason.NO_BACKEND);
            return Drop.NO_BACKEND;
        }
        Lane wanted = door.shared().lane(target);
        UpstreamPort taken = wanted.take(this);
        if (taken == null) {
            end(CloseReason.EXHAUSTED);
            return Drop.NO_PORT;
        }
        lane = wanted;
        port = taken;
        header = session().header();
        hears = session().hears();
        return null;
    }

    /** Whether the listener's bandwidth has room for datagrams towards its backend, or its client; else they are counted as dropped. */
    boolean hasRoom(boolean towardsBackend, int datagrams, int bytes) {
        if (!pace.isLimited()) {
            return true;
        }
        Bandwidth bandwidth = towardsBackend ? pace.toBackends() : pace.toClients();
        long nowNanos = System.nanoTime();
        if (!bandwidth.hasRoom(nowNanos)) {
            door.counters().drops(Drop.BANDWIDTH).add(datagrams);
            return false;
        }
        bandwidth.moved(bytes, nowNanos);
        return true;
    }

    /** Its client has sent datagrams. */
    void sent(int datagrams, int bytes) {
        unanswered += datagrams;
        lastBytes = datagrams == 1 ? header.length + bytes : 0;
        bytesToBackend += bytes;
        confirmed |= answered;
        activeTick = loop().timers().ticks();
    }

    /** Its backend has sent datagrams; it may have ended then. */
    void replied(int datagrams, int bytes) {
        unanswered = Math.max(0, unanswered - datagrams);
        bytesToClient += bytes;
        activeTick = loop().timers().ticks();
        if (!answered) {
            answered = true;
            session().answered();
        }
        if (oneShot && unanswered == 0) {
            end(CloseReason.COMPLETED);
        }
    }

    /** Whether {@link #heard} is to be called for the next answer, before {@link #replied}. */
    boolean hears() {
        return hears;
    }

    void heard(MemorySegment answer) {
        hears = session().heard(answer);
    }

    /** A datagram came back. Goes on with another backend and answers true, or ends. */
    boolean cameBack(ConnectFailure failure) {
        leaveLane(true);
        InetSocketAddress other = session().instead(failure);
        if (other == null) {
            end(CloseReason.BACKEND_RESET);
            return false;
        }
        answered = false;
        unanswered = 0;
        return settle(other) == null;
    }

    @Override
    protected void expired() {
        long left = activeTick + patienceTicks() - loop().timers().ticks();
        if (left <= 0) {
            end(door.isClosing() ? CloseReason.DRAINED : CloseReason.IDLE);
        } else {
            loop().timers().scheduleTicks(this, left);
        }
    }

    private long patienceTicks() {
        long patience = confirmed ? idleTicks : Math.min(idleTicks, FlowTerms.UNCONFIRMED_TICKS);
        return door.isClosing() ? Math.min(patience, FlowDoor.LAST_TICKS) : patience;
    }

    /** Looks again how long it may be silent. */
    void reconsider() {
        loop().timers().cancel(this);
        expired();
    }

    @Override
    public void close(CloseReason reason) {
        assert loop().inLoop() : "not on " + loop();
        end(reason);
    }

    private void end(CloseReason reason) {
        if (closed) {
            return;
        }
        closed = true;
        loop().timers().cancel(this);
        leaveLane(unanswered > 0 && reason != CloseReason.IDLE);
        door.left(this);
        session().closed(reason, bytesToBackend, bytesToClient);
    }

    /** @param rests an answer may still come, which nobody else may get */
    private void leaveLane(boolean rests) {
        Lane left = lane;
        UpstreamPort free = port;
        if (left != null && free != null) {
            left.leave(free, rests);
        }
        port = null;
    }

    int lastBytes() {
        return lastBytes;
    }

    FlowDoor door() {
        return door;
    }

    byte[] header() {
        return header;
    }

    /** The way to the backend, also the last one of a flow that has ended. */
    Lane lane() {
        return Objects.requireNonNull(lane);
    }

    /** Null when it has ended. */
    @Nullable
    UpstreamPort port() {
        return port;
    }

    /** Whether datagrams may be sent as one message that the kernel cuts. */
    boolean joins(boolean towardsBackend) {
        return towardsBackend ? !aloneToBackend : !aloneToClient;
    }

    void joinNoMore(boolean towardsBackend) {
        if (towardsBackend) {
            aloneToBackend = true;
        } else {
            aloneToClient = true;
        }
    }

    /** Whether its answers are to come from the address that was asked, and not just any of the listener's. */
    boolean tellsAsked() {
        return door.tellsAsked();
    }

    boolean inet6() {
        return door.inet6();
    }

    int scope() {
        return scope;
    }

    long askedHigh() {
        return askedHigh;
    }

    long askedLow() {
        return askedLow;
    }

    /** Writes the client's socket address and answers its length. */
    int writeClient(MemorySegment memory, long offset) {
        return Peer.write(memory, offset, door.inet6(), clientHigh, clientLow, clientPort, scope);
    }

    @Override
    public InetSocketAddress clientAddress() {
        return named == null ? sender() : named.client();
    }

    /** Where its datagrams come from, and answers go. */
    InetSocketAddress sender() {
        return Peer.address(door.inet6(), clientHigh, clientLow, clientPort, scope);
    }

    @Override
    public InetSocketAddress listenAddress() {
        return named == null ? asked() : named.destination();
    }

    private InetSocketAddress asked() {
        return door.tellsAsked()
                ? Peer.address(door.inet6(), askedHigh, askedLow, door.address().getPort(), 0)
                : door.address();
    }

    @Override
    public long bytesToBackend() {
        return bytesToBackend;
    }

    @Override
    public long bytesToClient() {
        return bytesToClient;
    }

    /** Whom a sender speaks for is known before there is the flow. */
    @Override
    public void speaksFor(InetSocketAddress client, InetSocketAddress destination) {
        throw new IllegalStateException("a flow is its sender's");
    }

    @Override
    public Loop loop() {
        return door.shared().loop();
    }

    private FlowSession session() {
        return Objects.requireNonNull(session);
    }
}
