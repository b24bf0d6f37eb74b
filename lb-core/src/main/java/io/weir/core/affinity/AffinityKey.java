package io.weir.core.affinity;

import java.security.SecureRandom;

/**
 * What an {@link AffinityTable} knows a source by: 128 bits, an IPv4 network as the IPv4-mapped IPv6 one. Its hash is keyed, so that nobody outside can
 * make sources that collide.
 */
public record AffinityKey(long high, long low) {
    private static final long SEED = new SecureRandom().nextLong();

    @Override
    public int hashCode() {
        long once = folded(high ^ SEED, 0xA0761D6478BD642FL ^ low);
        return (int) folded(once ^ SEED, 0xE7037ED1A0B428DBL);
    }

    /** A multiplication that folds its 128 bits, as wyhash does. */
    private static long folded(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ (a * b);
    }
}
