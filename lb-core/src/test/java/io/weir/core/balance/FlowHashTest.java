package io.weir.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.Seeded;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlowHashTest {
    /** Every node of every version must agree on these: change the code, not the figures. */
    @Test
    void hashesStayWhatTheyAre() {
        assertThat(FlowHash.source(v4(10, 0, 0, 1))).isEqualTo(-3318317140096616759L);
        assertThat(FlowHash.source(new byte[16])).isEqualTo(-598233112028514284L);
        assertThat(FlowHash.tuple(v4(10, 0, 0, 1), 40_000, v4(10, 0, 0, 2), 443)).isEqualTo(1142106912781388449L);
        assertThat(FlowHash.text("i-01", 0)).isEqualTo(534746099956664319L);
        assertThat(FlowHash.text("i-01", 1)).isEqualTo(-3013375065237316308L);
    }

    @Test
    void neighbouringSourcesSpreadEvenlyOverTheSlots() {
        int[] counts = new int[256];
        int[] even = Loop.equal(256, 1);

        for (int i = 0; i < 1 << 20; i++) {
            counts[(int) Long.remainderUnsigned(FlowHash.source(v4(10, i >> 16, i >> 8, i)), MaglevTable.SLOTS) & 255]++;
        }

        Distribution.assertInProportion(counts, even);
    }

    @Test
    void neighbouringPortsAndSwappedEndsHashApart() {
        Set<Long> hashes = new HashSet<>();

        for (int port = 0; port < 65_536; port++) {
            hashes.add(FlowHash.tuple(v4(10, 0, 0, 1), port, v4(10, 0, 0, 2), 443));
            hashes.add(FlowHash.tuple(v4(10, 0, 0, 2), port, v4(10, 0, 0, 1), 443));
        }

        assertThat(hashes).hasSize(2 * 65_536);
    }

    @Test
    void eachBitOfTheSourceFlipsAboutHalfOfTheHash() {
        Seeded.rounds(200, random -> {
            byte[] source = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(source);
            long before = FlowHash.source(source);
            int flipped = 0;
            for (int bit = 0; bit < 8 * source.length; bit++) {
                source[bit / 8] ^= (byte) (1 << bit % 8);
                flipped += Long.bitCount(before ^ FlowHash.source(source));
                source[bit / 8] ^= (byte) (1 << bit % 8);
            }
            assertThat(flipped / (8.0 * source.length)).isBetween(26.0, 38.0);
        });
    }

    private static byte[] v4(int a, int b, int c, int d) {
        return new byte[] {(byte) a, (byte) b, (byte) c, (byte) d};
    }
}
