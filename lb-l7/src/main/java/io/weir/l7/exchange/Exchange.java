package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.core.balance.LoopBackend;
import io.weir.core.health.BackendKey;
import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.health.TrafficFailure;
import io.weir.core.model.Algorithm;
import io.weir.core.model.ProxyProtocol;
import io.weir.core.snapshot.PickSequence;
import io.weir.core.snapshot.PoolView;
import io.weir.l7.backend.AnswerReceiver;
import io.weir.l7.backend.BackendConnection;
import io.weir.l7.backend.BackendPool;
import io.weir.l7.guard.ResponseGuard;
import io.weir.l7.guard.Verdict;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Method;
import io.weir.l7.loop.HttpLoop;
import io.weir.net.Deadline;
import io.weir.net.TimerWheel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a backend and the answer on its way back. Confined to its loop; reused for request after
 * request, by any {@link Front} of the same {@link Door}.
 *
 * <p>Until an answer has begun the request may go to another backend: always while no connection stands, and once more when
 * the backend hung up without a byte of an answer, the method is idempotent and the request was kept whole (RFC 9110 9.2.2).
 * A connection that was opened just now is no reason to trust it: the kernel goes on accepting for a process that was killed,
 * until its last thread is gone, and resets what it accepted.
 */
final class Exchange implements AnswerReceiver {
    /** As many as HAProxy's default: enough for a zone that dies, too few for a request that kills. */
    private static final int MAX_RESENDS = 3;
    private static final int MAX_REPLAY = 16 * 1024;
    private static final int KEPT_REPLAY = 2 * 1024;
    private static final byte[] NOTHING = {};
    private static final long DESCRIPTOR_TICKS = TimerWheel.ticksFor(Duration.ofMillis(50));

    private final Door door;
    private final HttpLoop loop;
    private final PickSequence picks = new PickSequence();
    private final Deadline descriptorWait = new DescriptorWait();

    private @Nullable Front front;
    private @Nullable LoopBackend backend;
    private @Nullable BackendConnection connection;
    /** What waits for a connection: the head and as much of the body as has come. */
    private @Nullable ByteBuf waiting;
    private boolean ambiguous;
    private boolean connected;
    private boolean answerBegun;

    private byte[] replay = NOTHING;
    private int replayLength;
    private int resends;
    private boolean pooled;

    /** A connection that begins with a PROXY header is its client's alone. */
    private ProxyProtocol proxyProtocol = ProxyProtocol.NONE;
    private boolean observesCost;
    private long startedNanos;
    private long sentNanos;
    private Duration connectTimeout = Duration.ZERO;
    private long connectDueTick;
    private ConnectFailure lastFailure = ConnectFailure.OTHER;

    Exchange(Door door) {
        this.door = door;
        this.loop = door.loop();
    }

    /** Takes a request that was judged; one that others may read differently does not leave a connection behind. */
    void begin(Front asking, boolean isAmbiguous) {
        front = asking;
        ambiguous = isAmbiguous;
        connected = answerBegun = false;
        resends = 0;
        replayLength = 0;
        connectDueTick = 0;
    }

    boolean answerBegun() {
        return answerBegun;
    }

    /** Whether the backend takes more of the request's body now. */
    boolean wantsBody() {
        BackendConnection to = connection;
        return connected && to != null && to.writable();
    }

    /** Sends the request, its head and what has come of its body, to a backend of the pool. */
    void start(PoolView pool, long hash, ByteBuf request) {
        waiting = request;
        connectTimeout = pool.pool().connectTimeout();
        proxyProtocol = pool.pool().proxyProtocol();
        observesCost = pool.pool().algorithm() == Algorithm.Plain.PEAK_EWMA;
        startedNanos = System.nanoTime();
        picks.start(loop.state().pool(pool), hash, startedNanos);
        if (pool.affinity().isPresent()) {
            picks.stay(front().origin().client().getAddress());
        }
        next();
    }

    /** More of the request's body, which the guard has passed; used up. */
    void moreBody(ByteBuf part) {
        BackendConnection to = connection;
        if (connected && to != null) {
            to.send(part);
        } else if (waiting != null) {
            ByteBuf all = loop.allocator().directBuffer(waiting.readableBytes() + part.readableBytes());
            all.writeBytes(waiting).writeBytes(part);
            waiting.release();
            part.release();
            waiting = all;
        } else {
            part.release();
        }
    }

    /** Gives up: the backend's connection is closed, the client is told nothing. */
    void abort() {
        BackendConnection to = connection;
        connection = null;
        if (to != null) {
            to.close();
        }
        end();
    }

    /** The backend did not do its part in time; no answer has begun. */
    void stalled(OwnAnswer answer) {
        if (connected) {
            failed(TrafficFailure.TIMED_OUT);
        }
        refuse(answer);
    }

    /** Gives up with an answer of our own; none of the backend's has begun. */
    void refuse(OwnAnswer answer) {
        BackendConnection to = connection;
        connection = null;
        if (to != null) {
            to.close();
        }
        fail(answer);
    }

    /** Ends with the pool's sorry page, before any backend was asked. */
    void excuse(SorryPage page) {
        Front asking = front();
        end();
        asking.excused(page);
    }

    /** Where the request is, or is on its way to; null before the first pick. */
    @Nullable
    LoopBackend backend() {
        return backend;
    }

    /** Whether the request is at this very backend, or on its way there. */
    boolean isAt(BackendKey key, InetSocketAddress address) {
        LoopBackend at = backend;
        return at != null && at.key().equals(key) && at.address().equals(address);
    }

    /** Ends the exchange because its backend must not be used any longer. */
    void cutOff() {
        BackendConnection to = connection;
        connection = null;
        if (to != null) {
            to.close();
        }
        breakOff(OwnAnswer.BACKEND_REMOVED, Cut.BACKEND_REMOVED);
    }

    /** Bytes of the request that the backend has not taken yet. */
    long unsent() {
        return connection == null ? 0 : connection.unsent();
    }

    /** The client can take more of the answer again. */
    void clientWritable() {
        if (connection != null) {
            connection.reading(true);
        }
    }

    private void next() {
        LoopBackend picked = picks.next();
        if (picked == null) {
            fail(noneLeft());
            return;
        }
        backend = picked;
        if (connectDueTick > 0) {
            door.counters().redispatches.increment();
        }
        connect(BackendPool.of(loop, picked));
    }

    /** What is sent again goes over a new connection: a pooled one may be as stale as the first. */
    private void connect(BackendPool pool) {
        BackendConnection idle = proxyProtocol.equals(ProxyProtocol.NONE) && resends == 0 ? pool.take() : null;
        pooled = idle != null;
        if (idle == null) {
            dial(pool);
            return;
        }
        connection = idle;
        idle.begin(this);
        send(idle);
    }

    private OwnAnswer noneLeft() {
        if (connectDueTick == 0) {
            return picks.atCap() > 0 ? OwnAnswer.ALL_AT_CAP : OwnAnswer.NO_BACKEND;
        }
        return lastFailure == ConnectFailure.TIMED_OUT ? OwnAnswer.CONNECT_TIMEOUT : OwnAnswer.CONNECT_FAILED;
    }

    /** Each attempt may take half of what is left, so that one that hangs leaves time for others. */
    private void dial(BackendPool pool) {
        long now = loop.timers().ticks();
        if (connectDueTick == 0) {
            connectDueTick = now + TimerWheel.ticksFor(connectTimeout);
            ByteBuf request = waiting;
            waiting = request == null ? null : loop.compact(request);
        }
        long left = connectDueTick - now;
        if (left <= 0) {
            leaveBackend();
            fail(OwnAnswer.CONNECT_TIMEOUT);
        } else if (!pool.dial(this, Math.max(1, left / 2))) {
            awaitDescriptor(left);
        }
    }

    /** Others give connections back to the pool, or close theirs, within less than the time that is left. */
    private void awaitDescriptor(long left) {
        if (left > DESCRIPTOR_TICKS) {
            loop.timers().scheduleTicks(descriptorWait, DESCRIPTOR_TICKS);
        } else {
            leaveBackend();
            fail(OwnAnswer.NO_DESCRIPTOR);
        }
    }

    /** Until this process may have a descriptor again to reach the backend with. */
    private final class DescriptorWait extends Deadline {
        @Override
        protected void expired() {
            LoopBackend to = backend;
            if (to != null) {
                connect(BackendPool.of(loop, to));
            }
        }
    }

    @Override
    public void dialling(BackendConnection to) {
        connection = to;
    }

    @Override
    public void connected() {
        LoopBackend to = backend;
        BackendConnection over = connection;
        if (to == null || over == null) {
            return;
        }
        to.connectSucceeded();
        over.begin(this);
        if (!proxyProtocol.equals(ProxyProtocol.NONE)) {
            over.send(Unpooled.wrappedBuffer(front().origin().proxyHeader(proxyProtocol)));
        }
        send(over);
    }

    @Override
    public void connectFailed(ConnectFailure cause) {
        connection = null;
        lastFailure = cause;
        LoopBackend failed = backend;
        leaveBackend();
        if (failed != null) {
            loop.evidence().connectFailed(failed.key(), cause, failed.connectFailed());
            if (cause != ConnectFailure.OTHER) {
                failed.failed(TrafficFailure.CONNECT_FAILED, loop.evidence());
            }
        }
        next();
    }

    private void send(BackendConnection to) {
        connected = true;
        ByteBuf request = waiting;
        waiting = null;
        if (request == null) {
            throw new IllegalStateException("nothing to send");
        }
        sentNanos = pooled ? startedNanos : System.nanoTime();
        keepForReplay(request);
        to.send(request);
        if (!front().requestRead()) {
            front().bodyAwaited();
        }
    }

    /** Only a request that has come whole, and that a second arrival would not harm. */
    private void keepForReplay(ByteBuf request) {
        if (resends > 0 || !method().idempotent() || !front().requestRead() || request.readableBytes() > MAX_REPLAY) {
            return;
        }
        replayLength = request.readableBytes();
        if (replay.length < replayLength) {
            replay = new byte[Math.max(512, replayLength)];
        }
        request.getBytes(request.readerIndex(), replay, 0, replayLength);
    }

    @Override
    public Method method() {
        return front().method();
    }

    @Override
    public boolean acceptsChunks() {
        return front().acceptsChunks();
    }

    @Override
    public void interim(MessageHead head) {
        front().interim(head);
    }

    @Override
    public void answer(MessageHead head, ResponseGuard guard, ByteBuf body, boolean complete) {
        answerBegun = true;
        observe(head.status());
        door.counters().countStatus(head.status());
        front().answer(head, guard, body, complete);
        holdBack();
    }

    @Override
    public void body(ByteBuf part) {
        front().body(part);
        holdBack();
    }

    /** A client that takes its answer slowly has the backend give it slowly. */
    private void holdBack() {
        if (front != null && !front.writable() && connection != null) {
            connection.reading(false);
        }
    }

    @Override
    public void finished(boolean reusable) {
        BackendConnection from = connection;
        connection = null;
        if (from != null) {
            if (reusable && front().requestRead() && !ambiguous && from.writable() && proxyProtocol.equals(ProxyProtocol.NONE)) {
                from.release();
            } else {
                from.close();
            }
        }
        door.counters().answered.increment();
        Front asking = front();
        end();
        asking.answered();
    }

    @Override
    public void malformed(Verdict verdict) {
        connection = null;
        if (!answerBegun) {
            failed(TrafficFailure.SERVER_ERROR);
        }
        breakOff(OwnAnswer.BAD_ANSWER, Cut.BACKEND_MALFORMED);
    }

    @Override
    public void lost(boolean heard) {
        connection = null;
        if (!answerBegun && (heard || !pooled)) { // an idle connection may be closed at any time (RFC 9112 9.5)
            failed(TrafficFailure.RESET);
        }
        if (heard || replayLength == 0 || resends == MAX_RESENDS || !moveOn()) {
            breakOff(OwnAnswer.BACKEND_LOST, Cut.BACKEND_LOST);
            return;
        }
        door.counters().retries.increment();
        waiting = loop.allocator().directBuffer(replayLength).writeBytes(replay, 0, replayLength);
        resends++;
        connected = false;
        connectDueTick = 0;
        connect(BackendPool.of(loop, Objects.requireNonNull(backend)));
    }

    /**
     * To the next backend; a stale pooled connection says little against this one, so where there is no other it has a second chance,
     * and where clients stay at their backends before any other.
     */
    private boolean moveOn() {
        if (pooled && resends == 0 && picks.stays()) {
            return backend != null;
        }
        LoopBackend other = picks.next();
        if (other == null) {
            return pooled && backend != null;
        }
        leaveBackend();
        backend = other;
        return true;
    }

    @Override
    public void writable() {
        front().bodyAwaited();
    }

    private void breakOff(OwnAnswer answer, Cut cut) {
        if (answerBegun) {
            Front asking = front();
            end();
            asking.cut(cut);
        } else {
            fail(answer);
        }
    }

    private void fail(OwnAnswer answer) {
        Front asking = front();
        end();
        asking.refused(answer);
    }

    private void observe(int status) {
        LoopBackend from = backend;
        if (from == null) {
            return;
        }
        long now = System.nanoTime();
        long latency = now - sentNanos;
        if (observesCost) {
            from.cost().observe(latency, now);
        }
        from.answered(status >= 500, latency);
        if (status < 500) {
            from.succeeded();
        } else {
            from.failed(status >= 502 && status <= 504 ? TrafficFailure.GATEWAY_ERROR : TrafficFailure.SERVER_ERROR, loop.evidence());
        }
    }

    /** There will be no answer. */
    private void failed(TrafficFailure how) {
        LoopBackend bad = backend;
        if (bad != null) {
            bad.answered(true, System.nanoTime() - sentNanos);
            bad.failed(how, loop.evidence());
        }
    }

    private void leaveBackend() {
        if (backend != null) {
            backend.close();
            backend = null;
        }
    }

    /** Lets go of everything; the client's connection goes on alone, and this object to the next request. */
    private void end() {
        loop.timers().cancel(descriptorWait);
        leaveBackend();
        picks.clear();
        if (waiting != null) {
            waiting.release();
            waiting = null;
        }
        if (replay.length > KEPT_REPLAY) {
            replay = NOTHING;
        }
        front().exchangeEnded();
        front = null;
        door.giveBack(this);
    }

    /** Who asks; only while the exchange lasts. */
    Front front() {
        if (front == null) {
            throw new IllegalStateException("the exchange is over");
        }
        return front;
    }
}
