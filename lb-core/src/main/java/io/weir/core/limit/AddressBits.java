package io.weir.core.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The bytes of an address as the leading bits of a 128-bit number, so that one code compares both kinds. Any thread. */
final class AddressBits {
    static final int INET4_BYTES = 4;
    static final int INET6_BYTES = 16;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private AddressBits() {}

    /** The first 64 bits; an IPv4 address is the first 32 of them. */
    static long high(byte[] address) {
        return address.length == INET4_BYTES ? (long) (int) INTS.get(address, 0) << 32 : (long) LONGS.get(address, 0);
    }

    static long low(byte[] address) {
        return address.length == INET4_BYTES ? 0 : (long) LONGS.get(address, Long.BYTES);
    }
}
