package io.weir.l4.udp;

import io.weir.core.affinity.AffinityKey;
import io.weir.core.model.ByteRange;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Connection ids of QUIC datagrams, by what holds for every version (RFC 8999 5): a long header has the version in bytes 2 to 5, the length of the
 * destination's id, that id, the length of the source's id, that id; a short header has the destination's id behind its first byte, and does not say how
 * long it is. Reads no further than the datagram and allocates nothing but the answer. Any thread.
 */
final class QuicId {
    private static final int LONG_HEADER = 0x80;

    private static final int VERSION = 1;

    private static final int DESTINATION_LENGTH = 5;

    private QuicId() {
    }

    /** Whom a client's datagram is meant for; null: not enough bytes for an id that long, so perhaps no QUIC at all. */
    static @Nullable AffinityKey destination(MemorySegment datagram, ByteRange bytes) {
        if (datagram.byteSize() == 0) {
            return null;
        }
        if (!hasLongHeader(datagram)) {
            return key(datagram, 1, datagram.byteSize() - 1, bytes);
        }
        return datagram.byteSize() <= DESTINATION_LENGTH
                ? null
                : key(datagram, DESTINATION_LENGTH + 1, unsigned(datagram, DESTINATION_LENGTH), bytes);
    }

    /**
     * What a server's datagram says that it wants to be called from now on; null: nothing, or too little. A version
     * negotiation, version 0, only repeats what the client said.
     */
    static @Nullable AffinityKey source(MemorySegment datagram, ByteRange bytes) {
        if (datagram.byteSize() <= DESTINATION_LENGTH || !hasLongHeader(datagram)
                || datagram.get(ValueLayout.JAVA_INT_UNALIGNED, VERSION) == 0) {
            return null;
        }
        long lengthAt = DESTINATION_LENGTH + 1L + unsigned(datagram, DESTINATION_LENGTH);
        return lengthAt >= datagram.byteSize() ? null : key(datagram, lengthAt + 1, unsigned(datagram, lengthAt), bytes);
    }

    /** Whether the datagram begins with a packet of the handshake, which tells both ids. */
    static boolean hasLongHeader(MemorySegment datagram) {
        return datagram.byteSize() > 0 && (unsigned(datagram, 0) & LONG_HEADER) != 0;
    }

    private static @Nullable AffinityKey key(MemorySegment datagram, long at, long length, ByteRange bytes) {
        if (length < bytes.last() || at + length > datagram.byteSize()) {
            return null;
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < ByteRange.LONGEST; i++) {
            long next = i < bytes.length() ? unsigned(datagram, at + bytes.first() - 1 + i) : 0;
            high = high << Byte.SIZE | low >>> (Long.SIZE - Byte.SIZE);
            low = low << Byte.SIZE | next;
        }
        return new AffinityKey(high, low);
    }

    private static int unsigned(MemorySegment datagram, long at) {
        return Byte.toUnsignedInt(datagram.get(ValueLayout.JAVA_BYTE, at));
    }
}
