package io.weir.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class BackendKeyTest {
    /** Immutable maps probe the next slot when one is taken, so keys that lie side by side make every look-up a walk. */
    @Test
    void numberedBackendsOfNumberedPoolsFallApartInATable() {
        int slots = 40_000;
        var taken = new BitSet(slots);
        int collisions = 0;
        for (int pool = 0; pool < 10; pool++) {
            for (int backend = 0; backend < 2_000; backend++) {
                int slot = Math.floorMod(new BackendKey("pool-" + pool, "i-" + backend).hashCode(), slots);
                collisions += taken.get(slot) ? 1 : 0;
                taken.set(slot);
            }
        }
        // As many as 20,000 random numbers have: n - m (1 - e^(-n/m)) = 4,261.
        assertThat(collisions).isBetween(4_000, 4_500);
    }
}
