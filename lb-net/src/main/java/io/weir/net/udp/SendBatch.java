package io.weir.net.udp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams on their way out of one socket. Confined to a loop. Datagrams of one flow that follow each other and are
 * equally long become one message that the kernel cuts again (UDP_SEGMENT): its cost is that of a send, not of each
 * datagram. All messages go in one sendmmsg(2). Payloads stay where they were received.
 */
final class SendBatch {
    /** No less than the datagrams that one receive can join (UDP_MAX_SEGMENTS). */
    private static final int MESSAGES = 128;

    private static final int VECTORS = 1024;

    private static final int MESSAGE = 64;

    private static final int NAME = 32;

    private static final int VECTOR = 16;

    /** UDP_SEGMENT and an in6_pktinfo. */
    private static final int CONTROL = 64;

    private static final int CONTROL_HEADER = 16;

    /** UDP_SEGMENT takes a 16 bit number. */
    private static final int SEGMENT_CONTROL_LENGTH = CONTROL_HEADER + 2;

    private static final int SEGMENT_CONTROL_BYTES = 24;

    private static final int INET_CONTROL_LENGTH = CONTROL_HEADER + 12;

    private static final int INET6_CONTROL_LENGTH = CONTROL_HEADER + 20;

    /** Header and payload; a payload that two receives have split is none. */
    private static final int SINGLE_VECTORS = 4;

    private static final int HEADERS = 64 << 10;

    /** Segments of a message: UDP_MAX_SEGMENTS of the oldest kernels that have them. */
    private static final int SEGMENTS = 64;

    /** Bytes of a message that is cut: below what an IP datagram holds, with or without options. */
    private static final int CUT_BYTES = 65_000;

    private static final int SOL_UDP = 17;

    private static final int UDP_SEGMENT = 103;

    private static final int SOL_IP = 0;

    private static final int IP_PKTINFO = 8;

    private static final int SOL_IPV6 = 41;

    private static final int IPV6_PKTINFO = 50;

    private final MemorySegment messages;

    private final MemorySegment names;

    private final MemorySegment vectors;

    private final MemorySegment controls;

    private final MemorySegment headers;

    private final @Nullable UdpFlow[] flows = new UdpFlow[MESSAGES];

    private final int[] segments = new int[MESSAGES];

    private final int[] segmentBytes = new int[MESSAGES];

    private final int[] firstVector = new int[MESSAGES + 1];

    private final MemorySegment single;

    private boolean towardsBackends;

    private int count;

    private int vector;

    private int headerBytes;

    /** Of the message that may still grow: its length, whether a shorter datagram has ended it, where its last bytes end. */
    private int messageBytes;

    private boolean ended;

    private long vectorEnd;

    /** Hears of what could not be sent. */
    interface Failures {
        /** An earlier datagram came back and the socket says so once: the errors are to be taken from it. */
        void cameBack();

        /** So many datagrams of a flow were not sent. */
        void failed(UdpFlow flow, int datagrams, int error);
    }

    SendBatch(Arena arena) {
        messages = arena.allocate((long) MESSAGES * MESSAGE, 64);
        names = arena.allocate((long) MESSAGES * NAME, 64);
        vectors = arena.allocate((long) VECTORS * VECTOR, 64);
        controls = arena.allocate((long) MESSAGES * CONTROL, 64);
        headers = arena.allocate(HEADERS, 64);
        single = arena.allocate(MESSAGE + (long) SINGLE_VECTORS * VECTOR, 64);
        for (int message = 0; message < MESSAGES; message++) {
            long control = (long) message * CONTROL;
            controls.set(JAVA_LONG, control, SEGMENT_CONTROL_LENGTH);
            controls.set(JAVA_INT, control + 8, SOL_UDP);
            controls.set(JAVA_INT, control + 12, UDP_SEGMENT);
        }
    }

    /** Begins anew. */
    void begin(boolean toBackends) {
        towardsBackends = toBackends;
        count = 0;
        vector = 0;
        headerBytes = 0;
        ended = true;
    }

    /** Whether so many datagrams find room, each with a header of so many bytes. */
    boolean hasRoom(int datagrams, int header) {
        return count + datagrams <= MESSAGES && vector + 2 * datagrams <= VECTORS && headerBytes + datagrams * header <= HEADERS;
    }

    /** Adds one datagram. {@code header} goes in front of it. */
    void add(UdpFlow flow, byte[] header, long address, int bytes) {
        int length = header.length + bytes;
        if (continues(flow, length)) {
            segments[count - 1]++;
            messageBytes += length;
            ended = length < segmentBytes[count - 1];
        } else {
            begin(flow, length);
        }
        if (header.length > 0) {
            MemorySegment.copy(header, 0, headers, JAVA_BYTE, headerBytes, header.length);
            addVector(headers.address() + headerBytes, header.length);
            headerBytes += header.length;
        }
        addVector(address, bytes);
    }

    private boolean continues(UdpFlow flow, int length) {
        int last = count - 1;
        return !ended && flows[last] == flow && length <= segmentBytes[last] && length > 0 && segments[last] < SEGMENTS
                && messageBytes + length <= CUT_BYTES;
    }

    private void begin(UdpFlow flow, int length) {
        long message = (long) count * MESSAGE;
        flows[count] = flow;
        segments[count] = 1;
        segmentBytes[count] = length;
        firstVector[count] = vector;
        if (towardsBackends) {
            Lane lane = flow.lane();
            messages.set(JAVA_LONG, message, lane.name());
            messages.set(JAVA_INT, message + 8, lane.nameBytes());
        } else {
            messages.set(JAVA_LONG, message, names.address() + (long) count * NAME);
            messages.set(JAVA_INT, message + 8, flow.writeClient(names, (long) count * NAME));
        }
        messageBytes = length;
        ended = length == 0 || !flow.joins(towardsBackends);
        vectorEnd = 0;
        count++;
    }

    private void addVector(long address, int bytes) {
        if (address == vectorEnd) {
            long length = (long) (vector - 1) * VECTOR + 8;
            vectors.set(JAVA_LONG, length, vectors.get(JAVA_LONG, length) + bytes);
        } else {
            vectors.set(JAVA_LONG, (long) vector * VECTOR, address);
            vectors.set(JAVA_LONG, (long) vector * VECTOR + 8, bytes);
            vector++;
        }
        vectorEnd = address + bytes;
    }

    /** Sends everything, and is empty then; what cannot be sent now is lost, as datagrams are. */
    void send(DatagramCalls calls, int fd, Failures failures) {
        firstVector[count] = vector;
        for (int message = 0; message < count; message++) {
            finish(message);
        }
        int first = 0;
        boolean toldOnce = false;
        while (first < count) {
            int sent = calls.send(fd, messages.address() + (long) first * MESSAGE, count - first);
            if (sent > 0) {
                first += sent;
                toldOnce = false;
            } else if (cannotBeCut(sent) && segments[first] > 1) {
                flow(first).joinNoMore(towardsBackends);
                sendOneByOne(calls, fd, first++, failures);
            } else if (isReport(sent) && !toldOnce) {
                toldOnce = true;
                failures.cameBack();
            } else {
                failures.failed(flow(first), segments[first], sent);
                first++;
            }
        }
        begin(towardsBackends);
    }

    private UdpFlow flow(int message) {
        return Objects.requireNonNull(flows[message]);
    }

    /** The path or the device takes no message of several datagrams, or none of this length. */
    private static boolean cannotBeCut(int error) {
        return error == DatagramCalls.EINVAL || error == DatagramCalls.EMSGSIZE || error == DatagramCalls.EIO;
    }

    /** What a socket answers once for a datagram that was sent earlier. */
    private static boolean isReport(int error) {
        return error == DatagramCalls.ECONNREFUSED || error == DatagramCalls.EHOSTUNREACH || error == DatagramCalls.ENETUNREACH
                || error == DatagramCalls.EMSGSIZE;
    }

    private void finish(int index) {
        long message = (long) index * MESSAGE;
        messages.set(JAVA_LONG, message + 16, vectors.address() + (long) firstVector[index] * VECTOR);
        messages.set(JAVA_LONG, message + 24, firstVector[index + 1] - firstVector[index]);
        long control = (long) index * CONTROL;
        boolean cut = segments[index] > 1;
        if (cut) {
            controls.set(JAVA_SHORT, control + CONTROL_HEADER, (short) segmentBytes[index]);
        }
        long begin = control + (cut ? 0 : SEGMENT_CONTROL_BYTES);
        long end = control + SEGMENT_CONTROL_BYTES + (towardsBackends ? 0 : writeAsked(flow(index), control + SEGMENT_CONTROL_BYTES));
        messages.set(JAVA_LONG, message + 32, end == begin ? 0 : controls.address() + begin);
        messages.set(JAVA_LONG, message + 40, end - begin);
    }

    /** Lets an answer come from the address that was asked. */
    private int writeAsked(UdpFlow flow, long control) {
        if (!flow.tellsAsked()) {
            return 0;
        }
        if (flow.inet6()) {
            controls.set(JAVA_LONG, control, INET6_CONTROL_LENGTH);
            controls.set(JAVA_INT, control + 8, SOL_IPV6);
            controls.set(JAVA_INT, control + 12, IPV6_PKTINFO);
            Peer.writeInet6(controls, control + CONTROL_HEADER, flow.askedHigh(), flow.askedLow());
            controls.set(JAVA_INT, control + CONTROL_HEADER + 16, flow.scope());
            return INET6_CONTROL_LENGTH + 4;
        }
        controls.set(JAVA_LONG, control, INET_CONTROL_LENGTH);
        controls.set(JAVA_INT, control + 8, SOL_IP);
        controls.set(JAVA_INT, control + 12, IP_PKTINFO);
        controls.set(JAVA_INT, control + CONTROL_HEADER, 0);
        Peer.writeInet(controls, control + CONTROL_HEADER + 4, flow.askedLow());
        controls.set(JAVA_INT, control + CONTROL_HEADER + 8, 0);
        return INET_CONTROL_LENGTH + 4;
    }

    /** Sends the datagrams of a message that the kernel would not cut. */
    private void sendOneByOne(DatagramCalls calls, int fd, int index, Failures failures) {
        MemorySegment.copy(messages, (long) index * MESSAGE, single, 0, MESSAGE);
        single.set(JAVA_LONG, 16, single.address() + MESSAGE);
        single.set(JAVA_LONG, 32, single.get(JAVA_LONG, 32) + SEGMENT_CONTROL_BYTES);
        single.set(JAVA_LONG, 40, single.get(JAVA_LONG, 40) - SEGMENT_CONTROL_BYTES);
        int from = firstVector[index];
        long offset = 0;
        for (int segment = 0; segment < segments[index]; segment++) {
            long wanted = segmentBytes[index];
            int parts = 0;
            while (wanted > 0 && from < firstVector[index + 1]) {
                long address = vectors.get(JAVA_LONG, (long) from * VECTOR);
                long length = vectors.get(JAVA_LONG, (long) from * VECTOR + 8);
                long taken = Math.min(wanted, length - offset);
                single.set(JAVA_LONG, MESSAGE + (long) parts * VECTOR, address + offset);
                single.set(JAVA_LONG, MESSAGE + (long) parts * VECTOR + 8, taken);
                parts++;
                wanted -= taken;
                offset += taken;
                if (offset == length) {
                    from++;
                    offset = 0;
                }
            }
            single.set(JAVA_LONG, 24, parts);
            int sent = calls.send(fd, single.address(), 1);
            if (sent < 0) {
                failures.failed(flow(index), 1, sent);
            }
        }
    }
}
