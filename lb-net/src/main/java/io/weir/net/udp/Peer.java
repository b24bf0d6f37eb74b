package io.weir.net.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An address and port as numbers, filled in again and again so that a datagram allocates nothing. Confined to a loop. An
 * IPv4 address on an IPv4 socket is {@code low} alone; on an IPv6 socket it stands in its mapped form.
 */
final class Peer {
    /** A struct sockaddr_in6, the longer of the two: ip(7), ipv6(7). */
    static final int BYTES = 28;

    private static final int INET_BYTES = 16;

    private static final short AF_INET = 2;

    private static final short AF_INET6 = 10;

    private static final long MAPPED = 0xffff_0000_0000L;

    private static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final ValueLayout.OfInt NETWORK_INT = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final ValueLayout.OfLong NETWORK_LONG = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    long high;

    long low;

    int port;

    /** Of a link-local address, else 0. */
    int scope;

    void clear() {
        high = 0;
        low = 0;
        port = 0;
        scope = 0;
    }

    /** Takes over what the kernel wrote. */
    void read(MemorySegment memory, long offset) {
        port = Short.toUnsignedInt(memory.get(NETWORK_SHORT, offset + 2));
        if (memory.get(JAVA_SHORT, offset) == AF_INET) {
            high = 0;
            low = Integer.toUnsignedLong(memory.get(NETWORK_INT, offset + 4));
            scope = 0;
        } else {
            high = memory.get(NETWORK_LONG, offset + 8);
            low = memory.get(NETWORK_LONG, offset + 16);
            scope = memory.get(JAVA_INT_UNALIGNED, offset + 24);
        }
    }

    /** Takes over an IPv4 address without port. */
    void readInet(MemorySegment memory, long offset) {
        high = 0;
        low = Integer.toUnsignedLong(memory.get(NETWORK_INT, offset));
    }

    /** Takes over an IPv6 address without port. */
    void readInet6(MemorySegment memory, long offset) {
        high = memory.get(NETWORK_LONG, offset);
        low = memory.get(NETWORK_LONG, offset + 8);
    }

    /** Takes over an address for a socket of this family. */
    void set(InetSocketAddress address, boolean inet6) {
        InetAddress host = address.getAddress();
        ByteBuffer bytes = ByteBuffer.wrap(host.getAddress());
        port = address.getPort();
        scope = host instanceof Inet6Address v6 ? v6.getScopeId() : 0;
        if (host instanceof Inet4Address) {
            high = 0;
            low = Integer.toUnsignedLong(bytes.getInt()) | (inet6 ? MAPPED : 0);
        } else {
            high = bytes.getLong();
            low = bytes.getLong();
        }
    }

    /** Writes a socket address of the family and answers its length. */
    static int write(MemorySegment memory, long offset, boolean inet6, long high, long low, int port, int scope) {
        memory.set(NETWORK_SHORT, offset + 2, (short) port);
        if (inet6) {
            memory.set(JAVA_SHORT, offset, AF_INET6);
            memory.set(JAVA_INT_UNALIGNED, offset + 4, 0);
            memory.set(NETWORK_LONG, offset + 8, high);
            memory.set(NETWORK_LONG, offset + 16, low);
            memory.set(JAVA_INT_UNALIGNED, offset + 24, scope);
            return BYTES;
        }
        memory.set(JAVA_SHORT, offset, AF_INET);
        memory.set(NETWORK_INT, offset + 4, (int) low);
        memory.set(JAVA_LONG_UNALIGNED, offset + 8, 0);
        return INET_BYTES;
    }

    static void writeInet(MemorySegment memory, long offset, long low) {
        memory.set(NETWORK_INT, offset, (int) low);
    }

    static void writeInet6(MemorySegment memory, long offset, long high, long low) {
        memory.set(NETWORK_LONG, offset, high);
        memory.set(NETWORK_LONG, offset + 8, low);
    }

    /** The address for people and policies; a mapped one becomes IPv4. */
    static InetSocketAddress address(boolean inet6, long high, long low, int port, int scope) {
        try {
            if (!inet6) {
                return new InetSocketAddress(InetAddress.getByAddress(bytes(4).putInt((int) low).array()), port);
            }
            byte[] address = bytes(16).putLong(high).putLong(low).array();
            InetAddress host = scope == 0 ? InetAddress.getByAddress(address) : Inet6Address.getByAddress(null, address, scope);
            return new InetSocketAddress(host, port);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("4 or 16 bytes", impossible);
        }
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count);
    }
}
