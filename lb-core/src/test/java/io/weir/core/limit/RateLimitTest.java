package io.weir.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.Seeded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void aSecondsWorthMayComeAtOnceAndThenOneAtATime() {
        RateLimit limit = new RateLimit(10);

        assertThat(taken(limit, SECOND, 20)).isEqualTo(10);
        assertThat(taken(limit, SECOND + SECOND / 10, 20)).isEqualTo(1);
        assertThat(taken(limit, SECOND * 3, 20)).isEqualTo(10);
    }

    @Test
    void theRateHoldsOnAverageWhateverTheGaps() {
        Seeded.rounds(20, random -> {
            int perSecond = random.nextInt(1, 10_000);
            RateLimit limit = new RateLimit(perSecond);
            long start = random.nextLong();
            long now = start;
            long taken = 0;
            for (int i = 0; i < 20_000; i++) {
                now += random.nextLong(2 * SECOND / perSecond / 3 + 1);
                taken += limit.tryTake(now) ? 1 : 0;
            }
            double seconds = (double) (now - start) / SECOND;
            assertThat((double) taken).isBetween(seconds * perSecond * 0.999, (seconds + 1) * perSecond * 1.001 + 1);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 1, Long.MAX_VALUE - SECOND / 2})
    void itMakesNoDifferenceWhereTheClockStands(long start) {
        RateLimit limit = new RateLimit(2);

        assertThat(taken(limit, start, 3)).isEqualTo(2);
        assertThat(taken(limit, start + SECOND, 3)).isEqualTo(2);
    }

    @Test
    void anotherRateHoldsAtOnce() {
        RateLimit limit = new RateLimit(1);
        assertThat(taken(limit, SECOND, 5)).isEqualTo(1);

        limit.perSecond(1000);

        assertThat(taken(limit, 2 * SECOND, 5)).isEqualTo(5);
    }

    @Test
    void theUnlimitedOneIsNeverTooFast() {
        assertThat(taken(RateLimit.UNLIMITED, SECOND, 100)).isEqualTo(100);
    }

    private static int taken(RateLimit limit, long nowNanos, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += limit.tryTake(nowNanos) ? 1 : 0;
        }
        return taken;
    }
}
