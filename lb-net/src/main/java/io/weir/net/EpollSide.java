package io.weir.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.unix.FileDescriptor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One of the two sockets of a lean relay: descriptor, Netty's handle and the state of the relay in one object. Confined
 * to its loop.
 */
final class EpollSide extends FileDescriptor implements EpollIoHandle, Splicer.Direction, Runnable {
    private static final int IN = 0x1;

    private static final int PRI = 0x2;

    private static final int OUT = 0x4;

    private static final int ERR = 0x8;

    private static final int HUP = 0x10;

    private static final int RDHUP = 0x2000;

    static final int WRITABLE = OUT;

    /**
     * The end of the stream, an error or urgent data stands behind what can be received: a receive that is cut short is
     * not the last one.
     */
    static final int READ_ON = RDHUP | HUP | ERR | PRI;

    static final int READABLE = IN | READ_ON;

    private static final int END_NEAR = RDHUP | HUP | ERR;

    static final int ERROR = ERR;

    /** What a connect that failed shows. */
    static final int FAILED = ERR | HUP;

    /** Whether it is the client's socket, and not the backend's. */
    final boolean isClient;

    private final EpollRelay relay;

    private @Nullable IoRegistration registration;

    /** The turn in which it was registered: its events that arrive in the same turn were meant for another. */
    private long registeredTurn;

    /** What this side has not taken yet: the last {@code keptBytes} of it, at {@code keptAddress}. */
    private @Nullable ByteBuf kept;

    private long keptAddress;

    private int keptBytes;

    /** Or what it has not taken yet is in here. */
    private @Nullable Pipe pipe;

    /** Whether it has shown {@link #READ_ON}. */
    boolean readsOn;

    /** Whether no more comes than what can be received. */
    boolean endNear;

    /** Whether the end of its stream was received. */
    boolean ended;

    /** Whether what is received from it is bulk. */
    final BulkStreak bulk = new BulkStreak();

    private boolean isPutOff;

    private boolean isHeldBack;

    EpollSide(int fd, EpollRelay relay, boolean isClient) {
        super(fd);
        this.relay = relay;
        this.isClient = isClient;
    }

    @Override
    public FileDescriptor fd() {
        return this;
    }

    /** Listens to it from the next turn on; nothing happens if that is so already. */
    void register(EpollRelayLoop shared) {
        if (registration == null) {
            registeredTurn = shared.loop.turn();
            registration = shared.register(this, EpollRelayLoop.EVERYTHING);
        }
    }

    /** Remembers what events have told for good. */
    void saw(int bits) {
        readsOn |= (bits & READ_ON) != 0;
        endNear |= (bits & END_NEAR) != 0;
        if ((bits & PRI) != 0) {
            bulk.urgent();
        }
    }

    @Override
    public void handle(IoRegistration source, IoEvent event) {
        if (relay.loop().turn() == registeredTurn) {
            return;
        }
        try {
            relay.ready(this, ((EpollIoEvent) event).ops().value());
        } catch (Throwable failure) {
            // Netty would drop the other events of the turn and let the loop sleep.
            relay.fault(failure);
        }
    }

    /** Lets the others have their turn and goes on after. */
    void putOff(EpollRelayLoop shared) {
        if (!isPutOff) {
            isPutOff = true;
            shared.putOff(this);
        }
    }

    /** Whether it has to wait for its listener's bandwidth. */
    @Override
    public boolean isHeldBack() {
        if (!isHeldBack && !relay.hasBandwidth(isClient)) {
            isHeldBack = true;
            relay.loop().heldBack().add(this::releaseAndGoOn);
        }
        return isHeldBack;
    }

    private void releaseAndGoOn() {
        isHeldBack = false;
        run();
    }

    /** Goes on after {@link #putOff}. */
    @Override
    public void run() {
        isPutOff = false;
        try {
            relay.resume(this);
        } catch (Throwable failure) {
            relay.fault(failure);
        }
    }

    /** Whether this side has yet to take what was received for it. */
    boolean isKeeping() {
        return kept != null || pipe != null;
    }

    /** Keeps {@code bytes} of the loop's buffer. */
    void keep(EpollRelayLoop shared, int offset, int bytes) {
        ByteBuf memory = ByteBufAllocator.DEFAULT.directBuffer(bytes, bytes);
        MemorySegment segment = MemorySegment.ofBuffer(memory.nioBuffer(0, bytes));
        shared.copy(offset, bytes, segment);
        kept = memory;
        keptAddress = segment.address();
        keptBytes = bytes;
    }

    @Override
    public int sender() {
        return intValue();
    }

    @Override
    public int receiver() {
        return relay.peer(this).intValue();
    }

    @Override
    public boolean ofClient() {
        return isClient;
    }

    @Override
    public BulkStreak bulk() {
        return bulk;
    }

    @Override
    public boolean isOver() {
        return relay.isClosed();
    }

    @Override
    public void spliced(int bytes) {
        relay.spliced(this, bytes);
    }

    @Override
    public void heldUp(Pipe withBytes) {
        relay.peer(this).pipe = withBytes;
    }

    /** Sends what is kept and answers what the kernel answers; when all of it is sent, nothing is kept any more. */
    int sendKept(SocketCalls calls) {
        Pipe keptPipe = pipe;
        return keptPipe == null ? sendKeptMemory(calls) : drain(keptPipe);
    }

    private int drain(Pipe keptPipe) {
        int sent = keptPipe.drain(intValue());
        if (keptPipe.isEmpty()) {
            dropKept();
        }
        return sent;
    }

    private int sendKeptMemory(SocketCalls calls) {
        int sent = calls.send(intValue(), keptAddress, keptBytes);
        if (sent > 0) {
            keptAddress += sent;
            keptBytes -= sent;
            if (keptBytes == 0) {
                dropKept();
            }
        }
        return sent;
    }

    private void dropKept() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
        if (pipe != null) {
            pipe.release();
            pipe = null;
        }
    }

    /**
     * Closes the descriptor, then takes the handle out of the loop, both before the loop goes on: registrations are keyed
     * by descriptor.
     */
    void end(SocketCalls calls) {
        if (markClosed()) {
            calls.close(intValue());
        }
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
        dropKept();
    }

    /** Netty's: the loop shuts down. */
    @Override
    public void close() {
        relay.close(CloseReason.DRAINED);
    }
}
