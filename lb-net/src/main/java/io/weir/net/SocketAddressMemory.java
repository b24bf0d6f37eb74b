package io.weir.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/** Memory for one struct sockaddr_in or sockaddr_in6, as ip(7) and ipv6(7) lay them out. Confined to a loop. */
final class SocketAddressMemory {
    static final int BYTES = 28;

    private static final short AF_INET = 2;

    private static final short AF_INET6 = 10;

    private static final int INET_BYTES = 16;

    private static final long PORT = 2;

    private static final long INET_ADDRESS = 4;

    private static final long INET6_ADDRESS = 8;

    private static final long INET6_SCOPE = 24;

    private static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment memory;

    SocketAddressMemory(Arena arena) {
        memory = arena.allocate(BYTES, 8);
    }

    long pointer() {
        return memory.address();
    }

    void clear() {
        memory.fill((byte) 0);
    }

    /** Writes an address and answers its length. */
    int write(InetSocketAddress socketAddress) {
        InetAddress address = socketAddress.getAddress();
        byte[] bytes = address.getAddress();
        boolean inet4 = address instanceof Inet4Address;
        memory.fill((byte) 0);
        memory.set(JAVA_SHORT, 0, inet4 ? AF_INET : AF_INET6);
        memory.set(NETWORK_SHORT, PORT, (short) socketAddress.getPort());
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, inet4 ? INET_ADDRESS : INET6_ADDRESS, bytes.length);
        if (address instanceof Inet6Address inet6) {
            memory.set(JAVA_INT_UNALIGNED, INET6_SCOPE, inet6.getScopeId());
        }
        return inet4 ? INET_BYTES : BYTES;
    }

    /** Reads what the kernel wrote; an IPv4-mapped address becomes the IPv4 one, and nothing 0.0.0.0 with port 0. */
    InetSocketAddress read() {
        boolean inet6 = memory.get(JAVA_SHORT, 0) == AF_INET6;
        byte[] bytes = new byte[inet6 ? 16 : 4];
        MemorySegment.copy(memory, JAVA_BYTE, inet6 ? INET6_ADDRESS : INET_ADDRESS, bytes, 0, bytes.length);
        try {
            int port = Short.toUnsignedInt(memory.get(NETWORK_SHORT, PORT));
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of " + bytes.length + " bytes", impossible);
        }
    }
}
