package io.weir.net;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.limit.Bandwidth;
import io.weir.core.limit.Pace;
import io.weir.core.model.Offload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a relayed connection, whatever moves its bytes: admitted, its prefaces read if it has any, dialled to one
 * backend after the other until one takes it, relayed until both sides have ended, one breaks or nothing moves, closed.
 * Confined to its loop. The client's bytes stay in the kernel until a backend has taken the connection, and so any other backend can still be tried.
 */
abstract sealed class RelayedConnection extends Deadline implements RelayConnection
        permits EpollRelay, UringRelay, ChannelRelay {
    private static final Logger LOG = LoggerFactory.getLogger(RelayedConnection.class);

    /** How an attempt began. */
    enum Dial {
        /** Its result comes later, through {@link #dialled} or {@link #dialFailed}. */
        UNDER_WAY,
        /** There is no descriptor or memory for it now. */
        EXHAUSTED,
        REFUSED,
        UNREACHABLE,
        /** The fault may be ours: no local port left, no permission. */
        OTHER;

        static Dial failed(ConnectFailure failure) {
            return switch (failure) {
                case REFUSED -> REFUSED;
                case UNREACHABLE -> UNREACHABLE;
                case TIMED_OUT, OTHER -> OTHER;
            };
        }
    }

    private enum State {
        /** Reads {@code preface}, or has just begun. */
        PREFACE,
        /** Ends the client's TLS. */
        HANDSHAKE,
        DIALLING,
        /** Waits for a descriptor to dial {@code target} with. */
        WAITING,
        RELAYING,
        CLOSED
    }

    private final Loop loop;

    private State state = State.PREFACE;

    private @Nullable RelaySession session;

    private @Nullable RelayTraffic traffic;

    private @Nullable Preface preface;

    private @Nullable SpokenFor spokenFor;

    private @Nullable InetSocketAddress target;

    private long attemptTicks;

    private long idleTicks;

    /** The tick at which dialling ends, whatever is under way. */
    private long lastDialTick;

    private long activeTick;

    private long bytesToBackend;

    private long bytesToClient;

    private Pace pace = Pace.UNLIMITED;

    private boolean clientEnded;

    private boolean hungUp;

    /** Whose connection it is and where that leads, when the other end is a proxy. */
    private record SpokenFor(InetSocketAddress client, InetSocketAddress destination) {}

    RelayedConnection(Loop loop) {
        this.loop = loop;
    }

    /** The socket's other end. */
    abstract InetSocketAddress peerAddress();

    /** Our end of the client's socket. */
    abstract InetSocketAddress localAddress();

    /** What has come of the client's stream and was not skipped, at most so many bytes; closes a connection that is broken. */
    abstract ByteBuffer head(int most);

    /** Whether nothing comes behind what {@link #head} has shown. */
    abstract boolean headEnded();

    /** Takes bytes that {@link #head} has shown out of the stream. */
    abstract void skipHead(int bytes);

    /** Lets {@link #readPreface} be called when more has come. */
    abstract void awaitHead();

    /** Begins to end the client's TLS; {@link #handshaken} says that the handshake is over. */
    void handshake(RelayTls tls) {
        throw new IllegalStateException("a listener that ends TLS relays over channels");
    }

    /** Begins an attempt, from {@code source} if there is one. */
    abstract Dial dial(InetSocketAddress address, @Nullable InetAddress source);

    /** Gives the attempt that is under way up. */
    abstract void dropDial();

    /** Begins to relay, {@code preamble} first. */
    abstract void relay(byte[] preamble);

    /** Closes whatever is open, with a reset or in order. */
    abstract void closeSockets(boolean reset);

    /** Asks the policy and dials, or resets the connection if the policy does not want it. */
    final void open(RelayPolicy policy) {
        RelaySession admitted = policy.admit(this);
        if (admitted == null) {
            state = State.CLOSED;
            closeSockets(true);
            return;
        }
        session = admitted;
        traffic = admitted.traffic();
        if (state != State.CLOSED) {
            nextPreface();
            readPreface();
        }
    }

    /** Goes on to what the session wants to read next, or to dial. */
    private void nextPreface() {
        Preface next = session().preface();
        preface = next;
        if (next == null) {
            goOnIfWanted();
        } else {
            TimerWheel timers = loop.timers();
            timers.cancel(this);
            timers.schedule(this, next.timeout());
        }
    }

    /** Lets the prefaces judge what has come of the client's stream. */
    final void readPreface() {
        while (state == State.PREFACE) {
            Preface reader = preface();
            ByteBuffer head = head(reader.maxBytes());
            if (state != State.PREFACE) {
                return;
            }
            boolean whole = headEnded() || head.remaining() >= reader.maxBytes();
            switch (reader.read(head)) {
                case Preface.Result.More _ -> {
                    if (whole) {
                        close(CloseReason.BAD_PREFACE);
                    } else {
                        awaitHead();
                    }
                    return;
                }
                case Preface.Result.Done(int bytes) -> {
                    skipHead(bytes);
                    nextPreface();
                }
                case Preface.Result.Refused(CloseReason reason) -> close(reason);
            }
        }
    }

    private Preface preface() {
        Preface current = preface;
        if (current == null) {
            throw new IllegalStateException("no preface is read");
        }
        return current;
    }

    private void goOnIfWanted() {
        RelaySession admitted = session();
        CloseReason refusal = admitted.refusal();
        if (refusal != null) {
            close(refusal);
            return;
        }
        RelayTls tls = admitted.tls();
        if (tls == null) {
            dialFirst();
            return;
        }
        state = State.HANDSHAKE;
        TimerWheel timers = loop.timers();
        timers.cancel(this);
        timers.schedule(this, tls.timeout());
        handshake(tls);
    }

    /** The client's handshake is over: what it says from now on is for a backend. */
    final void handshaken() {
        if (state == State.HANDSHAKE) {
            dialFirst();
        }
    }

    private void dialFirst() {
        RelaySession admitted = session();
        RelayTimeouts timeouts = admitted.timeouts();
        TimerWheel timers = loop.timers();
        attemptTicks = TimerWheel.ticksFor(timeouts.attempt());
        idleTicks = TimerWheel.ticksFor(timeouts.idle());
        lastDialTick = timers.ticks() + TimerWheel.ticksFor(timeouts.connect());
        state = State.DIALLING;
        attempt(admitted.first());
    }

    /** Dials backend after backend until an attempt is under way. */
    private void attempt(@Nullable InetSocketAddress first) {
        InetSocketAddress next = first;
        while (state != State.CLOSED) {
            if (next == null) {
                close(CloseReason.NO_BACKEND);
                return;
            }
            target = next;
            Dial dial = dial(next, session().source(next));
            switch (dial) {
                case UNDER_WAY -> {
                    state = State.DIALLING;
                    await(attemptTicks);
                    return;
                }
                case EXHAUSTED -> {
                    state = State.WAITING;
                    await(0);
                    return;
                }
                case REFUSED -> next = session().instead(ConnectFailure.REFUSED);
                case UNREACHABLE -> next = session().instead(ConnectFailure.UNREACHABLE);
                case OTHER -> next = session().instead(ConnectFailure.OTHER);
            }
        }
    }

    /** Sets the deadline, at most to the end of dialling. */
    private void await(long ticks) {
        TimerWheel timers = loop.timers();
        timers.cancel(this);
        timers.scheduleTicks(this, Math.min(ticks, lastDialTick - timers.ticks()));
    }

    /** The attempt that was under way has failed, and its socket is closed. */
    final void dialFailed(ConnectFailure failure) {
        if (state == State.DIALLING) {
            attempt(session().instead(failure));
        }
    }

    /** The attempt that was under way has succeeded. */
    final void dialled() {
        if (state != State.DIALLING) {
            return;
        }
        state = State.RELAYING;
        target = null;
        pace = session().pace();
        TimerWheel timers = loop.timers();
        activeTick = timers.ticks();
        timers.cancel(this);
        timers.scheduleTicks(this, idleTicks);
        relay(session().connected());
    }

    @Override
    protected final void expired() {
        switch (state) {
            case PREFACE -> close(CloseReason.PREFACE_TIMEOUT);
            case HANDSHAKE -> close(CloseReason.HANDSHAKE_TIMEOUT);
            case DIALLING -> attemptExpired();
            case WAITING -> waitExpired();
            case RELAYING -> idleExpired();
            case CLOSED -> {}
        }
    }

    private void attemptExpired() {
        TimerWheel timers = loop.timers();
        if (timers.ticks() >= lastDialTick) {
            close(CloseReason.CONNECT_TIMEOUT);
            return;
        }
        InetSocketAddress other = session().instead(ConnectFailure.TIMED_OUT);
        if (state != State.DIALLING) {
            return;
        }
        if (other == null) {
            await(Long.MAX_VALUE);
        } else {
            dropDial();
            attempt(other);
        }
    }

    private void waitExpired() {
        if (loop.timers().ticks() >= lastDialTick) {
            close(CloseReason.EXHAUSTED);
        } else {
            attempt(target);
        }
    }

    private void idleExpired() {
        long left = activeTick + idleTicks - loop.timers().ticks();
        if (left <= 0) {
            close(CloseReason.IDLE);
        } else {
            loop.timers().scheduleTicks(this, left);
        }
    }

    /** Which of its bytes may be spliced: none that have to be held back. */
    final Offload offload() {
        return pace.isLimited() ? Offload.OFF : session().offload();
    }

    /** Whether its listener has bandwidth for a direction; if not, {@link Loop#heldBack} says when to ask again. */
    final boolean hasBandwidth(boolean fromClient) {
        return !pace.isLimited() || bandwidth(fromClient).hasRoom(System.nanoTime());
    }

    private Bandwidth bandwidth(boolean fromClient) {
        return fromClient ? pace.toBackends() : pace.toClients();
    }

    private void spend(boolean fromClient, int bytes) {
        if (pace.isLimited()) {
            bandwidth(fromClient).moved(bytes, System.nanoTime());
        }
    }

    /** Bytes that were received did not pass through our memory. */
    final void spliced(int bytes) {
        if (traffic != null) {
            traffic.bytesSpliced().add(bytes);
        }
    }

    /** Bytes of the client were received. */
    final void movedToBackend(int bytes) {
        bytesToBackend += bytes;
        spend(true, bytes);
        if (traffic != null) {
            traffic.bytesToBackends().add(bytes);
        }
        active();
    }

    /** Bytes of the backend were received. */
    final void movedToClient(int bytes) {
        if (bytesToClient == 0) {
            session().answered();
        }
        bytesToClient += bytes;
        spend(false, bytes);
        if (traffic != null) {
            traffic.bytesToClients().add(bytes);
        }
        active();
    }

    /** The end of one side's stream was received; of the backend's no earlier than it is relayed. */
    final void ended(boolean ofClient) {
        clientEnded |= ofClient;
        if (!ofClient) {
            backendEnded();
        }
    }

    private void backendEnded() {
        if (bytesToClient == 0 && !clientEnded && !hungUp) {
            hungUp = true;
            session().hungUp();
        }
    }

    /** Something has moved: the connection is not idle. */
    final void active() {
        activeTick = loop.ticks();
    }

    @Override
    public final InetSocketAddress clientAddress() {
        SpokenFor other = spokenFor;
        return other == null ? peerAddress() : other.client;
    }

    @Override
    public final InetSocketAddress listenAddress() {
        SpokenFor other = spokenFor;
        return other == null ? localAddress() : other.destination;
    }

    @Override
    public final void speaksFor(InetSocketAddress client, InetSocketAddress destination) {
        spokenFor = new SpokenFor(client, destination);
    }

    final boolean isInPreface() {
        return state == State.PREFACE;
    }

    /** Ticks of the wheel since something has moved. */
    final long quietTicks() {
        return loop.ticks() - activeTick;
    }

    final boolean isInHandshake() {
        return state == State.HANDSHAKE;
    }

    final boolean isDialling() {
        return state == State.DIALLING;
    }

    final boolean isRelaying() {
        return state == State.RELAYING;
    }

    final boolean isClosed() {
        return state == State.CLOSED;
    }

    @Override
    public final long bytesToBackend() {
        return bytesToBackend;
    }

    @Override
    public final long bytesToClient() {
        return bytesToClient;
    }

    @Override
    public final Loop loop() {
        return loop;
    }

    @Override
    public final void close(CloseReason reason) {
        assert loop.inLoop() : "not on " + loop;
        if (state == State.CLOSED) {
            return;
        }
        if (reason == CloseReason.BACKEND_RESET) {
            backendEnded();
        }
        state = State.CLOSED;
        loop.timers().cancel(this);
        closeSockets(reason.resets());
        RelaySession ended = session;
        if (ended != null) {
            ended.closed(reason, bytesToBackend, bytesToClient);
        }
    }

    /** Ends a connection in which our own code has failed. Throws nothing: that would end the loop. */
    final void fault(Throwable failure) {
        try {
            LOG.error("{}: a relayed connection failed", loop, failure);
            close(CloseReason.FAULT);
        } catch (Throwable second) {
            failure.addSuppressed(second);
        }
    }

    private RelaySession session() {
        RelaySession admitted = session;
        if (admitted == null) {
            throw new IllegalStateException("the connection was not admitted");
        }
        return admitted;
    }
}
