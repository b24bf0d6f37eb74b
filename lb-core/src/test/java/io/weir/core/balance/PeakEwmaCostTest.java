package io.weir.core.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.weir.testkit.Seeded;
import org.junit.jupiter.api.Test;

class PeakEwmaCostTest {
    private static final long DECAY = PeakEwmaCost.DECAY_NANOS;

    @Test
    void nothingIsKnownBeforeTheFirstSample() {
        assertThat(new PeakEwmaCost().at(Long.MIN_VALUE)).isZero();
    }

    @Test
    void aHigherSampleCountsAtOnce() {
        PeakEwmaCost cost = new PeakEwmaCost();
        cost.observe(10, 0);
        cost.observe(1000, 1);

        assertThat(cost.at(1)).isEqualTo(1000);
    }

    @Test
    void aLowerSamplePullsDownByTheTimeThatPassed() {
        PeakEwmaCost cost = new PeakEwmaCost();
        cost.observe(1000, 0);
        cost.observe(100, DECAY);

        assertThat(cost.at(DECAY)).isCloseTo(100 + 900 / Math.E, withPercentage(0.001));
    }

    @Test
    void manyLowerSamplesPullDownAsMuchAsOneOverTheSameTime() {
        PeakEwmaCost often = new PeakEwmaCost();
        PeakEwmaCost once = new PeakEwmaCost();
        often.observe(1000, 0);
        once.observe(1000, 0);

        for (int i = 1; i <= 1000; i++) {
            often.observe(100, DECAY * i / 1000);
        }
        once.observe(100, DECAY);

        assertThat(often.at(DECAY)).isCloseTo(once.at(DECAY), withPercentage(0.01));
    }

    @Test
    void silenceDecaysTowardsNothing() {
        PeakEwmaCost cost = new PeakEwmaCost();
        cost.observe(1000, 0);

        assertThat(cost.at(DECAY)).isCloseTo(1000 / Math.E, withPercentage(0.001));
        assertThat(cost.at(100 * DECAY)).isLessThan(1e-30);
    }

    @Test
    void aClockThatStartsAnywhereAndWrapsAroundChangesNothing() {
        for (long start : new long[] {Long.MIN_VALUE, -5, 0, Long.MAX_VALUE - DECAY / 2}) {
            PeakEwmaCost cost = new PeakEwmaCost();
            cost.observe(1000, start);
            cost.observe(100, start + DECAY);

            assertThat(cost.at(start + 2 * DECAY)).as("from %d", start).isCloseTo((100 + 900 / Math.E) / Math.E, withPercentage(0.001));
        }
    }

    @Test
    void aReadingThatIsOlderThanTheLastIsTakenAsTheLast() {
        PeakEwmaCost cost = new PeakEwmaCost();
        cost.observe(1000, DECAY);
        cost.observe(100, 0);

        assertThat(cost.at(0)).isEqualTo(1000);
        assertThat(cost.at(2 * DECAY)).isCloseTo(1000 / Math.E, withPercentage(0.001));
    }

    @Test
    void theAverageStaysBetweenTheLowestAndTheHighestSampleWhateverTheyAre() {
        Seeded.rounds(500, random -> {
            PeakEwmaCost cost = new PeakEwmaCost();
            long now = random.nextLong();
            long low = Long.MAX_VALUE;
            long high = 0;
            for (int i = 0; i < 100; i++) {
                long latency = random.nextLong(Long.MAX_VALUE) >> random.nextInt(60);
                low = Math.min(low, latency);
                high = Math.max(high, latency);
                cost.observe(latency, now);
                assertThat(cost.at(now)).isBetween(low * 0.999999, high * 1.000001);
                now += random.nextLong(DECAY);
            }
        });
    }

    @Test
    void aNegativeLatencyCountsAsNone() {
        PeakEwmaCost cost = new PeakEwmaCost();

        cost.observe(-1, 5);

        assertThat(cost.at(5)).isZero();
    }
}
