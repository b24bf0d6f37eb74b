package io.weir.core.affinity;

import io.weir.core.model.Affinity;
import io.weir.core.model.Cidr;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Which bits of a client's address are its source. Immutable, any thread.
 *
 * @param ipv4 leading bits of an IPv4 address
 * @param ipv6 leading bits of an IPv6 address
 */
record SourcePrefix(int ipv4, int ipv6) implements KeyForm {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    /** Leads an IPv4 address to 128 bits (RFC 4291 2.5.5.2); no IPv6 address in Java begins like that. */
    private static final long MAPPED = 0xFFFF_0000_0000L;
    private static final long IPV4_MASK = 0xFFFF_FFFFL;

    static SourcePrefix of(Affinity rules) {
        return new SourcePrefix(rules.ipv4Prefix(), rules.ipv6Prefix());
    }

    @Override
    public AffinityKey key(InetAddress client) {
        byte[] address = client.getAddress();
        if (address.length == Integer.BYTES) {
            long bits = (int) INTS.get(address, 0) & IPV4_MASK;
            return new AffinityKey(0, MAPPED | (bits & ones(Long.SIZE - Affinity.IPV4_BITS + ipv4)));
        }
        return new AffinityKey((long) LONGS.get(address, 0) & ones(ipv6), (long) LONGS.get(address, Long.BYTES) & ones(ipv6 - Long.SIZE));
    }

    /** A word's first {@code count} bits, of which there may be less than none or more than all. */
    private static long ones(int count) {
        return count <= 0 ? 0 : count >= Long.SIZE ? -1L : -1L << (Long.SIZE - count);
    }

    private static boolean isIpv4(AffinityKey key) {
        return key.high() == 0 && (key.low() & ~IPV4_MASK) == MAPPED;
    }

    /** As an operator writes it: {@code 192.0.2.0/24}, and a whole address alone. */
    @Override
    public String text(AffinityKey key) {
        String address = address(key).getHostAddress();
        int prefix = isIpv4(key) ? ipv4 : ipv6;
        return prefix == (isIpv4(key) ? Affinity.IPV4_BITS : Affinity.IPV6_BITS) ? address : address + "/" + prefix;
    }

    @Override
    public boolean meets(AffinityKey key, Cidr network) {
        InetAddress first = address(key);
        return network.contains(first) || (network.network().length == first.getAddress().length && key(address(network)).equals(key));
    }

    private static InetAddress address(Cidr network) {
        return address(network.network());
    }

    private static InetAddress address(AffinityKey key) {
        return address(isIpv4(key) ? ByteBuffer.allocate(Integer.BYTES).putInt((int) key.low()).array()
                : ByteBuffer.allocate(2 * Long.BYTES).putLong(key.high()).putLong(key.low()).array());
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + bytes.length + " bytes", e);
        }
    }
}
