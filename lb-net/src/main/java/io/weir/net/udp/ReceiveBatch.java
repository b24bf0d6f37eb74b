package io.weir.net.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Memory for messages that recvmmsg(2) fills, each with its sender and what the kernel tells of it. Confined to a loop. */
final class ReceiveBatch {
    /** The longest datagram, or as many as UDP_GRO joins. */
    static final int WHOLE = 64 << 10;

    /** A struct mmsghdr. */
    private static final int MESSAGE = 64;

    private static final int NAME_LENGTH = 8;

    private static final int CONTROL_LENGTH = 40;

    private static final int RECEIVED = 56;

    private static final int NAME = 32;

    private static final int VECTOR = 16;

    /** UDP_GRO's word and an in6_pktinfo; or an error with its sender. */
    private static final int CONTROL = 128;

    /** Makes the distance no power of 2: slots a multiple of 64 KiB apart would fight for the same lines of the cache. */
    private static final int GAP = 17 * 64;

    private static final int SOL_IP = 0;

    private static final int IP_PKTINFO = 8;

    private static final int SOL_IPV6 = 41;

    private static final int IPV6_PKTINFO = 50;

    private static final int SOL_UDP = 17;

    private static final int UDP_GRO = 104;

    private static final int IP_RECVERR = 11;

    private static final int IPV6_RECVERR = 25;

    private static final int CONTROL_HEADER = 16;

    private final MemorySegment messages;

    private final MemorySegment names;

    private final MemorySegment controls;

    private final MemorySegment payloads;

    /** Whose the message of a slot is; null for nobody's. */
    final @Nullable UdpFlow[] flows;

    /** The following slot of the same port, or -1. */
    final int[] next;

    private final int slots;

    private final long stride;

    /** The datagrams of a slot are so long each, but for the last. */
    private final int[] segmentBytes;

    /** Of a slot, what stands in front of its datagram and does not go on. */
    private final int[] skipped;

    private int errno;

    ReceiveBatch(Arena arena, int slots, int payloadBytes) {
        this.slots = slots;
        flows = new UdpFlow[slots];
        next = new int[slots];
        segmentBytes = new int[slots];
        skipped = new int[slots];
        stride = (long) payloadBytes + GAP;
        messages = arena.allocate((long) slots * MESSAGE, 64);
        names = arena.allocate((long) slots * NAME, 64);
        controls = arena.allocate((long) slots * CONTROL, 64);
        payloads = arena.allocate(slots * stride, 64);
        MemorySegment vectors = arena.allocate((long) slots * VECTOR, 64);
        for (int slot = 0; slot < slots; slot++) {
            long vector = (long) slot * VECTOR;
            vectors.set(JAVA_LONG, vector, payload(slot));
            vectors.set(JAVA_LONG, vector + 8, payloadBytes);
            long message = (long) slot * MESSAGE;
            messages.set(JAVA_LONG, message, names.address() + (long) slot * NAME);
            messages.set(JAVA_LONG, message + 16, vectors.address() + vector);
            messages.set(JAVA_LONG, message + 24, 1);
            messages.set(JAVA_LONG, message + 32, controls.address() + (long) slot * CONTROL);
            prepare(slot);
        }
    }

    /** Makes a slot ready to be received into: the kernel has overwritten how much room there is. */
    private void prepare(int slot) {
        long message = (long) slot * MESSAGE;
        messages.set(JAVA_INT, message + NAME_LENGTH, Peer.BYTES);
        messages.set(JAVA_LONG, message + CONTROL_LENGTH, CONTROL);
    }

    /** Receives into {@code count} slots from {@code first} on; answers how many, or the negative errno. */
    int receive(DatagramCalls calls, int fd, int first, int count) {
        return received(first, calls.receive(fd, messages.address() + (long) first * MESSAGE, count));
    }

    /** Receives errors, with the datagrams that met them. */
    int receiveErrors(DatagramCalls calls, int fd) {
        return received(0, calls.receiveErrors(fd, messages.address(), slots));
    }

    /** Slots are prepared when they are read; those that were not filled still are. */
    private int received(int first, int count) {
        for (int slot = first; slot < first + count; slot++) {
            flows[slot] = null;
        }
        return count;
    }

    /** Leaves out the first bytes of a slot that holds one datagram. */
    void skip(int slot, int bytes) {
        skipped[slot] = bytes;
    }

    /** The address of the bytes of a slot. */
    long payload(int slot) {
        return payloads.address() + slot * stride + skipped[slot];
    }

    /** The bytes of a slot, for who looks into them. */
    MemorySegment bytes(int slot) {
        return payloads.asSlice(slot * stride + skipped[slot], length(slot)).asReadOnly();
    }

    int length(int slot) {
        return messages.get(JAVA_INT, (long) slot * MESSAGE + RECEIVED) - skipped[slot];
    }

    /** Who sent it; for an error, who it was sent to. */
    void readSender(int slot, Peer sender) {
        sender.read(names, (long) slot * NAME);
    }

    /**
     * Reads what the kernel told of a slot's message, and makes the slot ready for the next one.
     *
     * @param asked takes the address that it was sent to, if it was asked for
     */
    void readControl(int slot, Peer asked) {
        segmentBytes[slot] = 0;
        skipped[slot] = 0;
        errno = 0;
        long position = (long) slot * CONTROL;
        long end = position + messages.get(JAVA_LONG, (long) slot * MESSAGE + CONTROL_LENGTH);
        while (position + CONTROL_HEADER <= end) {
            long length = controls.get(JAVA_LONG, position);
            if (length < CONTROL_HEADER) {
                break;
            }
            read(slot, position, asked);
            position += (length + 7) & ~7L;
        }
        prepare(slot);
    }

    private void read(int slot, long header, Peer asked) {
        int level = controls.get(JAVA_INT, header + 8);
        int type = controls.get(JAVA_INT, header + 12);
        long position = header + CONTROL_HEADER;
        if (level == SOL_UDP && type == UDP_GRO) {
            segmentBytes[slot] = controls.get(JAVA_INT, position);
        } else if (level == SOL_IP && type == IP_PKTINFO) {
            asked.readInet(controls, position + 4);
        } else if (level == SOL_IPV6 && type == IPV6_PKTINFO) {
            asked.readInet6(controls, position);
        } else if ((level == SOL_IP && type == IP_RECVERR) || (level == SOL_IPV6 && type == IPV6_RECVERR)) {
            errno = controls.get(JAVA_INT, position); // the first word of a struct sock_extended_err
        }
    }

    /** How many datagrams the slot holds. */
    int datagrams(int slot) {
        int each = segmentBytes[slot];
        return each == 0 ? 1 : Math.ceilDiv(length(slot), each);
    }

    /** Adds the datagrams of a slot to a batch that has room for them. */
    void forward(int slot, UdpFlow flow, byte[] header, SendBatch batch) {
        int length = length(slot);
        int each = segmentBytes[slot] == 0 ? length : segmentBytes[slot];
        long address = payload(slot);
        int done = 0;
        do {
            int bytes = Math.min(each, length - done);
            batch.add(flow, header, address + done, bytes);
            done += bytes;
        } while (done < length);
    }

    /** The errno of the error that was read last, positive; 0 for none. */
    int errno() {
        return errno;
    }
}
