package io.weir.net;

import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoHandle;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** What lean relays share on a loop that runs on io_uring. Confined to the loop. */
final class UringRelayLoop extends RelayLoop {
    /** Submissions that a ring takes before they have to be told to the kernel. */
    static final int RING_ENTRIES = 256;

    /** As much of a stream as a {@link Preface} may want to see. */
    private static final int HEAD_BYTES = 64 << 10;

    /**
     * Bytes moved in one turn of the loop. Netty asks for completions again and again, 128 times, before it lets timers and tasks
     * have their turn; as long as submissions complete at once, each time brings as many.
     */
    private static final int TURN_BYTES = 4 << 20;

    /** What a receive costs besides its bytes. */
    private static final int RECEIVE_COSTS_BYTES = 4 << 10;

    /** Relays looked at in one tick. */
    private static final int VISITS = 1024;

    final RelayBuffers buffers;

    /**
     * Where addresses stay until the kernel has read them. Twice as many as the ring takes: when a place comes round again
     * the submission that pointed to it has left the ring.
     */
    private final SocketAddressMemory[] addresses = new SocketAddressMemory[2 * RING_ENTRIES];

    private int nextAddress;

    /** The address of memory for a look at a stream's head; empty between any two uses. */
    final long heads;

    private final ByteBuffer head;

    /** Relays that hold buffers or leave somebody unwatched, each once. */
    private final ArrayDeque<UringRelay> awake = new ArrayDeque<>();

    private final Deadline round = new Deadline() {
        @Override
        protected void expired() {
            visit();
        }
    };

    private long turn;

    private int spentBytes;

    UringRelayLoop(Loop loop) {
        Arena arena = Arena.ofAuto();
        super(loop, new SocketCalls(arena));
        this.buffers = new RelayBuffers(arena);
        MemorySegment memory = arena.allocate(HEAD_BYTES, 64);
        this.heads = memory.address();
        this.head = memory.asByteBuffer();
        for (int place = 0; place < addresses.length; place++) {
            addresses[place] = new SocketAddressMemory(arena);
        }
    }

    /** Registers a handle; it has no submissions yet. */
    IoRegistration register(IoUringIoHandle handle) {
        return loop.eventLoop().register(handle).getNow();
    }

    /** The first bytes at {@link #heads}, until it is used again. */
    ByteBuffer head(int bytes) {
        return head.clear().limit(bytes);
    }

    /** Submits a connect. */
    void connect(IoRegistration registration, int fd, InetSocketAddress peer) {
        SocketAddressMemory place = addresses[nextAddress];
        nextAddress = (nextAddress + 1) % addresses.length;
        int bytes = place.write(peer);
        registration.submit(UringOps.connect(fd, place.pointer(), bytes));
    }

    /** Bytes were received in this turn. */
    void spend(int bytes) {
        if (loop.turn() != turn) {
            turn = loop.turn();
            spentBytes = 0;
        }
        spentBytes += bytes + RECEIVE_COSTS_BYTES;
    }

    /** Whether so much was moved in this turn that the rest is put off. */
    boolean isTurnOver() {
        return spentBytes > TURN_BYTES && loop.turn() == turn;
    }

    @Override
    ReadWatch watch(ReadWatch.Owner owner) {
        return new UringWatch(this, owner);
    }

    @Override
    int accept(int listeningDescriptor) {
        return calls.acceptBlocking(listeningDescriptor);
    }

    /** Asks a relay tick by tick whether it can rest, until it does. */
    void keepAwake(UringRelay relay) {
        awake.add(relay);
        if (!round.isScheduled()) {
            loop.timers().scheduleTicks(round, 0);
        }
    }

    private void visit() {
        for (int due = Math.min(awake.size(), VISITS); due > 0; due--) {
            UringRelay relay = awake.remove();
            if (!relay.rest()) {
                awake.add(relay);
            }
        }
        if (!awake.isEmpty()) {
            loop.timers().scheduleTicks(round, 0);
        }
    }
}
