package io.weir.core.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** A network such as {@code 10.0.0.0/8}; an IPv4-mapped IPv6 address is the IPv4 address. */
public final class Cidr {
    private final byte[] network;
    private final int prefixBits;

    private Cidr(byte[] network, int prefixBits) {
        this.network = network;
        this.prefixBits = prefixBits;
    }

    /**
     * Reads a network.
     *
     * @param text {@code address/bits}, or an address alone for just that one
     * @throws IllegalArgumentException also when bits beyond the prefix are set: {@code 10.0.0.1/8} is a slip, not a network
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        byte[] address = address(text, literal);
        int bits = address.length * 8;
        if (slash >= 0) {
            String given = text.substring(slash + 1);
            if (!given.matches("[0-9]{1,3}") || Integer.parseInt(given) > bits) {
                throw new IllegalArgumentException("'" + text + "', want a prefix of 0.." + bits + " bits");
            }
            bits = Integer.parseInt(given);
        }
        byte[] masked = mask(address, bits);
        if (!Arrays.equals(masked, address)) {
            throw new IllegalArgumentException("'" + text + "' has bits beyond its prefix");
        }
        return new Cidr(masked, bits);
    }

    /** The first address: 4 or 16 bytes, a copy. */
    public byte[] network() {
        return network.clone();
    }

    /** How many leading bits all its addresses share: 0..32 or 0..128. */
    public int prefixBits() {
        return prefixBits;
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == network.length && matches(bytes);
    }

    private boolean matches(byte[] bytes) {
        int whole = prefixBits >> 3;
        for (int i = 0; i < whole; i++) {
            if (bytes[i] != network[i]) {
                return false;
            }
        }
        int rest = prefixBits & 7;
        return rest == 0 || ((bytes[whole] ^ network[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
    }

    private static byte[] address(String text, String literal) {
        try {
            return InetAddress.ofLiteral(literal).getAddress();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "', want ADDRESS or ADDRESS/BITS", e);
        }
    }

    private static byte[] mask(byte[] address, int bits) {
        byte[] masked = address.clone();
        for (int i = 0; i < masked.length; i++) {
            int keep = Math.clamp(bits - i * 8L, 0, 8);
            masked[i] &= (byte) (0xff << (8 - keep));
        }
        return masked;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr cidr && cidr.prefixBits == prefixBits && Arrays.equals(cidr.network, network);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(network) * 31 + prefixBits;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/" + prefixBits;
        } catch (UnknownHostException e) {
            throw new AssertionError("a network of " + network.length + " bytes", e);
        }
    }
}
