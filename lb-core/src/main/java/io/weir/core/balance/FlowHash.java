package io.weir.core.balance;

/** Hashes of connections for consistent hashing: fixed for ever, so that every node of every version picks the same backend. Any thread. */
public final class FlowHash {
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private FlowHash() {
    }

    /** Hash of an address alone, 4 or 16 bytes */
    public static long source(byte[] address) {
        return finish(mix(address.length, address));
    }

    /** Hash of a whole flow. */
    public static long tuple(byte[] source, int sourcePort, byte[] destination, int destinationPort) {
        long hash = mix(mix(source.length, source), destination);
        return finish((hash ^ ((long) sourcePort << 16 | destinationPort)) * MULTIPLIER);
    }

    /** Hash of a connection id, or what counts of it: up to 16 bytes. */
    public static long id(long high, long low) {
        return finish(finish(high + MULTIPLIER) ^ low);
    }

    /** Hash of text, such as a backend's name. */
    public static long text(String text, long seed) {
        long hash = finish(seed + MULTIPLIER);
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * MULTIPLIER;
            hash ^= hash >>> 29;
        }
        return finish(hash);
    }

    private static long mix(long hash, byte[] bytes) {
        for (byte b : bytes) {
            hash = (hash ^ (b & 0xff)) * MULTIPLIER;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014, figure 5): every input bit reaches every output bit. */
    private static long finish(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
