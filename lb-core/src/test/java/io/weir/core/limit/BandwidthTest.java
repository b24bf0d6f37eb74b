package io.weir.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.Seeded;
import org.junit.jupiter.api.Test;

class BandwidthTest {
    private static final long SECOND = 1_000_000_000;
    private static final long TICK = SECOND / 10;

    @Test
    void itHasRoomAsLongAsWhatCameIsThroughInAFifthOfASecond() {
        Bandwidth bandwidth = new Bandwidth(1_000_000);
        bandwidth.moved(199_000, SECOND);
        assertThat(bandwidth.hasRoom(SECOND)).isTrue();
        bandwidth.moved(1_000, SECOND);
        assertThat(bandwidth.hasRoom(SECOND)).isFalse();
        assertThat(bandwidth.hasRoom(SECOND + 1)).isTrue();
    }

    @Test
    void thoseWhoGoOnAtEachTickMoveAllThatMayAndNoMore() {
        Seeded.rounds(20, random -> {
            long perSecond = random.nextLong(10_000, 10_000_000_000L);
            Bandwidth bandwidth = new Bandwidth(perSecond);
            long now = random.nextLong();
            long moved = 0;
            int chunk = (int) Math.min(1 << 16, perSecond / 20);
            for (int tick = 0; tick < 200; tick++) {
                long at = now + random.nextLong(TICK / 2);
                while (bandwidth.hasRoom(at)) {
                    bandwidth.moved(chunk, at);
                    moved += chunk;
                }
                now += TICK;
            }
            assertThat((double) moved).isBetween(perSecond * 20 * 0.99, perSecond * 20.3 + chunk);
        });
    }

    @Test
    void whatWasExceededIsMadeUpFor() {
        Bandwidth bandwidth = new Bandwidth(1_000);
        bandwidth.moved(64_000, SECOND);
        assertThat(bandwidth.hasRoom(SECOND + 63 * SECOND)).isFalse();
        assertThat(bandwidth.hasRoom(SECOND + 64 * SECOND)).isTrue();
    }

    @Test
    void anotherRateHoldsForWhatComes() {
        Bandwidth bandwidth = new Bandwidth(1_000);
        bandwidth.bytesPerSecond(1_000_000);
        bandwidth.moved(100_000, SECOND);
        assertThat(bandwidth.hasRoom(SECOND)).isTrue();
    }

    @Test
    void theUnlimitedOneAlwaysHasRoom() {
        Bandwidth.UNLIMITED.moved(1 << 30, SECOND);
        assertThat(Bandwidth.UNLIMITED.hasRoom(SECOND)).isTrue();
        assertThat(Pace.UNLIMITED.isLimited()).isFalse();
    }
}
