package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.core.health.BackendKey;
import io.weir.l7.guard.RequestGuard;
import io.weir.l7.guard.ResponseGuard;
import io.weir.l7.guard.Verdict;
import io.weir.l7.h2.ErrorCode;
import io.weir.l7.h2.FieldWriter;
import io.weir.l7.h2.ReceiveWindow;
import io.weir.l7.h2.SendWindow;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Method;
import io.weir.net.TimerWheel;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request of an HTTP/2 connection and its answer. Confined to its loop; reused for stream after stream of the same
 * {@link Door}.
 *
 * <p>The client is allowed more of its body only when the backend has taken what came before, and the backend is read
 * from only while the client takes what it answers: neither side can make this one hold more than a window or one read.
 */
final class Http2Stream implements Front, Patience.Waiter {
    /** Bytes that a stream may send before its backend takes them. */
    static final int WINDOW = SendWindow.DEFAULT;

    private static final int LENGTH_UNKNOWN = -1;
    /** As over HTTP/1: what a client may send on after its answer, and for how long. */
    private static final int MAX_DISCARDED = 4 * 1024 * 1024;
    private static final long LINGER_TICKS = TimerWheel.ticksFor(Duration.ofSeconds(2));
    private static final byte[] CONTINUE = FieldWriter.block(100);

    private final Door door;
    private final Patience patience;
    private final SendWindow sendWindow = new SendWindow(0);
    private final ReceiveWindow receiveWindow = new ReceiveWindow(WINDOW);
    private final Http2Upload upload;

    private @Nullable Http2Connection connection;
    private @Nullable Exchange exchange;
    private int id;
    private Method method = Method.OTHER;
    private boolean expectsContinue;
    private boolean requestRead;
    private long requestTicks;

    private long answerLeft;
    private boolean answerWhole;
    private boolean ended;
    private boolean lingers;
    private int discarded;
    private @Nullable ByteBuf pending;

    Http2Stream(Door door) {
        this.door = door;
        this.patience = new Patience(door.loop().timers(), door.loop().memory(), this);
        this.upload = new Http2Upload(door.loop().allocator());
    }

    /** Starts on a request whose head was read; {@code ends} tells whether that is all of it. */
    void begin(Http2Connection on, int streamId, int clientsWindow, boolean ends) {
        connection = on;
        id = streamId;
        sendWindow.reset(clientsWindow);
        receiveWindow.reset(WINDOW);
        requestRead = ends;
        method = Method.OTHER;
        expectsContinue = answerWhole = ended = lingers = false;
        upload.begin(0, 0);
        answerLeft = LENGTH_UNKNOWN;
    }

    /** Takes the request that was judged to an exchange. */
    Exchange ask(RequestGuard guard, long maxBody) {
        method = guard.method();
        expectsContinue = guard.expectsContinue();
        upload.begin(guard.body(), maxBody);
        Exchange taken = door.takeExchange();
        exchange = taken;
        taken.begin(this, guard.ambiguous());
        return taken;
    }

    /** Answers a request that does not get as far as an exchange. */
    void refuse(OwnAnswer answer, Method of) {
        method = of;
        refused(answer);
    }

    int id() {
        return id;
    }

    SendWindow window() {
        return sendWindow;
    }

    ReceiveWindow receiveWindow() {
        return receiveWindow;
    }

    /** Part of the body; the last one if {@code ends}. Answers what is wrong with it. */
    ErrorCode received(ByteBuf part, boolean ends) {
        int count = part.readableBytes();
        requestRead |= ends;
        if (lingers) {
            discard(count);
            return ErrorCode.NO_ERROR;
        }
        Exchange current = exchange;
        Verdict verdict = current == null ? Verdict.OK : upload.take(part, ends);
        if (current == null || verdict == Verdict.BODY_TOO_LARGE) {
            connection().streams().allow(null, count);
        }
        if (current != null && verdict == Verdict.BODY_TOO_LARGE) {
            door.counters().count(verdict);
            current.refuse(OwnAnswer.to(verdict));
        }
        return verdict == Verdict.CUT_LENGTH ? ErrorCode.PROTOCOL_ERROR : ErrorCode.NO_ERROR; // RFC 9113 8.1.1
    }

    /** The answer is out, the request has not come whole: the rest is read and dropped, within bounds. */
    void linger() {
        lingers = true;
        discarded = 0;
        connection().streams().allow(this, upload.close());
        patience.await(Awaited.CLIENTS_CLOSE, LINGER_TICKS);
    }

    /** Whether only the client has something to say still. */
    boolean lingers() {
        return lingers;
    }

    private void discard(int count) {
        discarded += count;
        connection().streams().allow(requestRead ? null : this, count);
        if (requestRead) {
            connection().streams().over(this);
        } else if (discarded > MAX_DISCARDED) {
            connection().streams().stop(this);
        }
    }

    /** Sends on what came in this turn. */
    void passOn() {
        Exchange current = exchange;
        if (current == null) {
            return;
        }
        if (requestRead && !current.answerBegun()) {
            patience.await(Awaited.ANSWER, requestTicks);
        } else {
            patience.touch();
        }
        ByteBuf part = upload.next(requestRead);
        if (part != null) {
            current.moreBody(part);
        }
        if (current.wantsBody()) {
            allowHeld();
        }
    }

    private void allowHeld() {
        connection().streams().allow(requestRead ? null : this, upload.letGo());
    }

    @Override
    public Origin origin() {
        return connection().origin();
    }

    @Override
    public Method method() {
        return method;
    }

    @Override
    public boolean requestRead() {
        return requestRead;
    }

    @Override
    public boolean acceptsChunks() {
        return false;
    }

    @Override
    public void sending(long ticks) {
        requestTicks = ticks;
        patience.await(Awaited.ANSWER, ticks);
    }

    @Override
    public void bodyAwaited() {
        Exchange current = exchange;
        if (current == null) {
            return;
        }
        if (!requestRead && !current.answerBegun()) {
            patience.await(Awaited.REQUEST_BODY, connection().settings().bodyTicks());
        }
        if (expectsContinue) {
            expectsContinue = false;
            connection().output().head(id, CONTINUE, false);
        }
        allowHeld();
    }

    @Override
    public void interim(MessageHead head) {
        door.loop().hopByHop().stripResponse(head);
        connection().output().head(id, head, false);
    }

    @Override
    public void answer(MessageHead head, ResponseGuard guard, ByteBuf body, boolean complete) {
        door.loop().hopByHop().stripResponse(head);
        AnswerEncoder.dropLengthWithoutBody(head);
        answerLeft = guard.body() < 0 ? LENGTH_UNKNOWN : guard.body();
        ended = complete && !body.isReadable();
        connection().output().head(id, head, ended);
        if (!complete) {
            patience.await(Awaited.ANSWER_BODY, connection().settings().bodyTicks());
        }
        answerWhole = complete;
        body(body);
    }

    @Override
    public void body(ByteBuf part) {
        patience.touch();
        if (pending != null) {
            pending.writeBytes(part);
            part.release();
            return;
        }
        connection().output().data(this, part, false);
        if (part.isReadable()) {
            pending = door.loop().compact(part);
            connection().output().await(this);
        } else {
            part.release();
        }
    }

    /** Whether the stream ends with the next {@code count} bytes, which are the last that are there if {@code last}. */
    boolean endsAfter(int count, boolean last) {
        if (answerLeft >= 0) {
            answerLeft -= count;
            ended = answerLeft == 0;
        } else {
            ended = last && answerWhole;
        }
        return ended;
    }

    /** Bytes of the answer that wait for the client. */
    int pendingBytes() {
        return pending == null ? 0 : pending.readableBytes();
    }

    /** Sends one frame more of what waits; whether something is left. */
    boolean goOn() {
        ByteBuf rest = pending;
        if (rest == null) {
            return false;
        }
        int before = rest.readableBytes();
        connection().output().data(this, rest, true);
        if (rest.readableBytes() < before) {
            patience.touch();
        }
        if (rest.isReadable()) {
            return true;
        }
        pending = null;
        rest.release();
        if (exchange != null) {
            exchange.clientWritable();
        } else {
            endIfSent();
        }
        return false;
    }

    @Override
    public boolean writable() {
        return pending == null;
    }

    @Override
    public void exchangeEnded() {
        exchange = null;
    }

    @Override
    public void answered() {
        answerWhole = true;
        endIfSent();
    }

    private void endIfSent() {
        if (pending == null) {
            if (!ended) {
                ended = true;
                connection().output().end(id);
            }
            connection().streams().over(this);
        }
    }

    @Override
    public void refused(OwnAnswer answer) {
        door.counters().count(answer);
        own(answer.block(), answer.body());
    }

    @Override
    public void excused(SorryPage page) {
        door.counters().count(page);
        own(page.block(), page.body());
    }

    private void own(byte[] block, byte[] body) {
        ended = method == Method.HEAD || body.length == 0;
        answerLeft = body.length;
        connection().output().head(id, block, ended);
        patience.await(Awaited.ANSWER_BODY, connection().settings().bodyTicks());
        if (!ended) {
            body(Unpooled.wrappedBuffer(body));
        }
        answered();
    }

    @Override
    public void cut(Cut cut) {
        connection().streams().cut(this, ErrorCode.INTERNAL_ERROR, cut);
    }

    /** Gives up: the backend's connection is closed. */
    void abort() {
        if (exchange != null) {
            exchange.abort();
        }
    }

    /** Ends the exchange if it is at this backend. */
    void cutOff(BackendKey backend, InetSocketAddress address) {
        if (exchange != null && exchange.isAt(backend, address)) {
            exchange.cutOff();
        }
    }

    /** Lets go of everything; the object goes to another stream. Answers what the connection's window is to get back. */
    int close() {
        patience.end();
        if (pending != null) {
            pending.release();
            pending = null;
        }
        int unclaimed = upload.close();
        connection = null;
        door.giveBack(this);
        return unclaimed;
    }

    @Override
    public void timedOut(Awaited awaited) {
        Exchange current = exchange;
        switch (awaited) {
            case REQUEST_BODY -> {
                if (current != null && upload.held()) {
                    current.stalled(OwnAnswer.UPLOAD_TIMEOUT);
                } else if (current != null) {
                    current.refuse(OwnAnswer.BODY_TIMEOUT);
                }
            }
            case ANSWER -> {
                if (current != null) {
                    current.stalled(OwnAnswer.ANSWER_TIMEOUT);
                }
            }
            case ANSWER_BODY ->
                connection().streams().cut(this, ErrorCode.CANCEL, pending == null ? Cut.BACKEND_STALLED : Cut.CLIENT_STALLED);
            case CLIENTS_CLOSE -> connection().streams().stop(this);
            case FIRST_BYTE, HEAD -> throw new IllegalStateException(awaited + " is awaited by connections");
        }
    }

    @Override
    public void tooSlow(Awaited what) {
        Exchange current = exchange;
        if (what == Awaited.REQUEST_BODY && current != null) {
            current.refuse(OwnAnswer.BODY_TOO_SLOW);
        } else {
            connection().streams().cut(this, ErrorCode.CANCEL, Cut.CLIENT_TOO_SLOW);
        }
    }

    @Override
    public void evict() {
        connection().streams().cut(this, ErrorCode.ENHANCE_YOUR_CALM, Cut.CLIENT_EVICTED);
    }

    @Override
    public long minimumRate() {
        return connection().minimumRate();
    }

    @Override
    public long moved() {
        return connection().moved();
    }

    @Override
    public boolean waitsForClient(Awaited what) {
        return what == Awaited.REQUEST_BODY ? !upload.held() : pending != null;
    }

    @Override
    public long held() {
        return pendingBytes() + (exchange == null ? 0 : exchange.unsent());
    }

    @Override
    public long unsent() {
        return pendingBytes() + connection().unsent() + (exchange == null ? 0 : exchange.unsent());
    }

    private Http2Connection connection() {
        if (connection == null) {
            throw new IllegalStateException("the stream is over");
        }
        return connection;
    }
}
