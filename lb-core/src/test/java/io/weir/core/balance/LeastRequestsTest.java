package io.weir.core.balance;

import static io.weir.core.balance.Distribution.assertInProportion;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Algorithm.Plain;
import io.weir.testkit.Seeded;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeastRequestsTest {
    @Test
    void ofTwoCandidatesTheIdleOneIsAlwaysPicked() {
        Loop loop = Loop.of(Plain.LEAST_REQUESTS, 100, 100);
        loop.backends[0].tryOpen();

        assertThat(loop.counts(1000)).containsExactly(0, 1000);
    }

    @Test
    void idleCandidatesShareByWeight() {
        int[] weights = {100, 50, 10, 1};

        assertInProportion(Loop.of(Plain.LEAST_REQUESTS, weights).counts(500_000), weights);
    }

    @Test
    void theBusiestOfManyIsNeverPicked() {
        Loop loop = Loop.of(Plain.LEAST_REQUESTS, Loop.equal(10, 100));
        loop.backends[3].tryOpen();

        assertThat(loop.counts(100_000)[3]).isZero();
    }

    @Test
    void connectionsThatStayFillUpInProportionToTheWeights() {
        Seeded.rounds(20, random -> {
            int[] weights = IntStream.generate(() -> random.nextInt(1, 5) * 20).limit(20).toArray();
            Loop loop = Loop.seeded(random.nextLong(), Plain.LEAST_REQUESTS, weights);
            int total = IntStream.of(weights).sum();

            IntStream.range(0, 10 * total).forEach(_ -> loop.open());

            for (int i = 0; i < weights.length; i++) {
                assertThat(loop.backends[i].inFlight()).isBetween(10 * weights[i] - 3 * 20, 10 * weights[i] + 3 * 20);
            }
        });
    }

    /** With n balls in n bins one choice leaves about ln n / ln ln n in the fullest (8 or so for 2,000), two choices about ln ln n / ln 2 (3 or 4). */
    @Test
    void theFullestOfTwoThousandHoldsFarLessThanWithOneChoice() {
        Loop two = Loop.of(Plain.LEAST_REQUESTS, Loop.equal(2000, 100));
        Loop one = Loop.of(Plain.RANDOM, Loop.equal(2000, 100));

        IntStream.range(0, 2000).forEach(_ -> {
            two.open();
            one.open();
        });

        assertThat(fullest(two)).isLessThanOrEqualTo(4).isLessThan(fullest(one));
    }

    private static int fullest(Loop loop) {
        return IntStream.range(0, loop.backends.length).map(i -> loop.backends[i].inFlight()).max().orElseThrow();
    }
}
