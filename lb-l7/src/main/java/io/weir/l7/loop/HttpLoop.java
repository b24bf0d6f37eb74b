package io.weir.l7.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.weir.core.health.EvidenceSink;
import io.weir.core.snapshot.LoopState;
import io.weir.core.telemetry.LoopCounter;
import io.weir.l7.filter.HopByHop;
import io.weir.l7.guard.RequestGuard;
import io.weir.l7.guard.ResponseGuard;
import io.weir.l7.head.HeadLimits;
import io.weir.l7.head.HeadScanner;
import io.weir.l7.head.HeadWriter;
import io.weir.l7.head.MessageHead;
import io.weir.net.Loop;
import io.weir.net.TimerWheel;
import io.weir.net.Transport;
import io.weir.net.session.SessionTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop as its HTTP connections see it. Confined to the loop. The scanners, guards and the writer hold what they
 * read or wrote last only until control returns to the loop or something is written to a channel.
 */
public final class HttpLoop {
    private static final Logger LOG = LoggerFactory.getLogger(HttpLoop.class);

    private static final int FIRST_HEAD_BYTES = 2048;
    /** One is a mistake to be found, a thousand of them would hide it. */
    private static final int LOGGED_FAULTS = 10;

    private final Loop loop;
    private final Transport transport;
    private final TimerWheel timers;
    private final LoopState state;
    private final EvidenceSink evidence;
    private final SessionTable sessions;
    private final HeldMemory memory;
    private final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
    private final ReadBuffers readBuffers;
    private final ReadBuffers pacedReads;
    private final Scanners requests = new Scanners(() -> HeadScanner.ofRequests(new MessageHead(FIRST_HEAD_BYTES), HeadLimits.REQUEST));
    private final Scanners responses = new Scanners(() -> HeadScanner.ofResponses(new MessageHead(FIRST_HEAD_BYTES), HeadLimits.RESPONSE));
    private final RequestGuard requestGuard = new RequestGuard();
    private final ResponseGuard responseGuard = new ResponseGuard();
    private final HopByHop hopByHop = new HopByHop();
    private final HeadWriter writer = new HeadWriter();
    private final MessageHead streamHead = new MessageHead(FIRST_HEAD_BYTES);
    private final LoopCounter faults = new LoopCounter();

    /** Called on {@code loop}. */
    public HttpLoop(Loop loop, Transport transport, LoopState state, EvidenceSink evidence, SessionTable sessions, HeldMemory memory) {
        this.loop = loop;
        this.transport = transport;
        this.timers = loop.timers();
        this.state = state;
        this.evidence = evidence;
        this.sessions = sessions;
        this.memory = memory;
        this.readBuffers = ReadBuffers.large(allocator, transport != Transport.IO_URING);
        this.pacedReads = ReadBuffers.small(allocator, transport != Transport.IO_URING);
    }

    /** Gives back what the loop holds between reads. */
    public void close() {
        readBuffers.close();
        pacedReads.close();
    }

    /** Notes an exception that our own code should not have thrown; who threw it closes the connection. */
    public void fault(Throwable brokenPromise) {
        faults.increment();
        if (faults.get() <= LOGGED_FAULTS) {
            LOG.error("{} closes a connection that it failed to handle", loop, brokenPromise);
        }
    }

    /** How many such exceptions there were; any thread may ask. */
    public long faults() {
        return faults.get();
    }

    public Loop loop() {
        return loop;
    }

    public Transport transport() {
        return transport;
    }

    public TimerWheel timers() {
        return timers;
    }

    public LoopState state() {
        return state;
    }

    public EvidenceSink evidence() {
        return evidence;
    }

    /** The connections of clients of all listeners. */
    public SessionTable sessions() {
        return sessions;
    }

    /** What connections hold for slow peers. */
    public HeldMemory memory() {
        return memory;
    }

    public ByteBufAllocator allocator() {
        return allocator;
    }

    public ReadBuffers readBuffers() {
        return readBuffers;
    }

    /** For connections that may read only so much at once. */
    public ReadBuffers pacedReads() {
        return pacedReads;
    }

    public Scanners requests() {
        return requests;
    }

    public Scanners responses() {
        return responses;
    }

    public RequestGuard requestGuard() {
        return requestGuard;
    }

    public ResponseGuard responseGuard() {
        return responseGuard;
    }

    /** Where requests of HTTP/2 are decoded. */
    public MessageHead streamHead() {
        return streamHead;
    }

    public HopByHop hopByHop() {
        return hopByHop;
    }

    public HeadWriter writer() {
        return writer;
    }

    /** What the writer holds, in a buffer of its own. */
    public ByteBuf written() {
        return allocator.directBuffer(writer.length()).writeBytes(writer.bytes(), 0, writer.length());
    }

    /** What the writer holds, followed by the readable bytes of {@code body}, which is used up. */
    public ByteBuf assemble(ByteBuf body) {
        if (body.readerIndex() >= writer.length()) {
            writer.prependTo(body);
            return body;
        }
        ByteBuf whole = allocator.directBuffer(writer.length() + body.readableBytes());
        whole.writeBytes(writer.bytes(), 0, writer.length()).writeBytes(body);
        body.release();
        return whole;
    }

    /** The same bytes in a buffer that is no larger than they need; {@code buffer} is used up. */
    public ByteBuf compact(ByteBuf buffer) {
        if (buffer.readableBytes() * 2 > buffer.capacity()) {
            return buffer;
        }
        ByteBuf small = allocator.directBuffer(buffer.readableBytes());
        small.writeBytes(buffer);
        buffer.release();
        return small;
    }
}
