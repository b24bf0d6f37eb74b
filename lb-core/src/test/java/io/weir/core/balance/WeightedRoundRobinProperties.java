package io.weir.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Algorithm.Plain;
import io.weir.testkit.Seeded;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeightedRoundRobinProperties {
    @Test
    void aCycleGivesEachCandidateExactlyItsShareWhereverItStarts() {
        Seeded.rounds(200, random -> {
            int[] weights = Loop.weights(random, 300);
            int[] shares = shares(weights);
            Loop loop = Loop.seeded(random.nextLong(), Plain.WEIGHTED_ROUND_ROBIN, weights);

            assertThat(loop.counts(IntStream.of(shares).sum())).isEqualTo(shares);
            assertThat(loop.counts(IntStream.of(shares).sum())).isEqualTo(shares);
        });
    }

    @Test
    void noCandidateWaitsLongerThanItsDistanceAndOneTurnForEachDifferentWeight() {
        Seeded.rounds(200, random -> {
            int[] weights = Loop.weights(random, 300);
            int[] shares = shares(weights);
            int cycle = IntStream.of(shares).sum();
            int kinds = (int) IntStream.of(weights).distinct().count();
            Loop loop = Loop.seeded(random.nextLong(), Plain.WEIGHTED_ROUND_ROBIN, weights);

            int[] gaps = longestGaps(loop.picks(2 * cycle), weights.length);

            for (int i = 0; i < gaps.length; i++) {
                assertThat(gaps[i]).as("gap of b-%d, %d of %d turns", i, shares[i], cycle)
                    .isLessThanOrEqualTo(cycle / shares[i] + kinds + 2);
            }
        });
    }

    @Test
    void aHeavyCandidateIsSpreadOverTheCycle() {
        Loop loop = Loop.of(Plain.WEIGHTED_ROUND_ROBIN, 50, 10, 10);

        String cycle = String.join("", IntStream.of(loop.picks(7)).mapToObj(Integer::toString).toList());

        assertThat((cycle + cycle).replaceAll("[12]", "-")).contains("-000-00-");
    }

    @Test
    void equalWeightsAreRoundRobinInOneTurnEach() {
        Loop loop = Loop.of(Plain.WEIGHTED_ROUND_ROBIN, Loop.equal(2000, 100));

        assertThat(loop.picks(2000)).doesNotHaveDuplicates();
    }

    @Test
    void theCycleGoesOnWhereItWasWhenAnotherTakesItsPlace() {
        Seeded.rounds(100, random -> {
            int[] weights = Loop.weights(random, 50);
            int cycle = IntStream.of(shares(weights)).sum();
            Loop whole = Loop.seeded(1, Plain.WEIGHTED_ROUND_ROBIN, weights);
            Loop changed = Loop.seeded(1, Plain.WEIGHTED_ROUND_ROBIN, weights);
            int before = random.nextInt(cycle);
            int[] expected = whole.picks(cycle);

            int[] first = changed.picks(before);
            changed.state.candidates(changed.backends.clone());
            changed.balancer = Balancers.of(Plain.WEIGHTED_ROUND_ROBIN, changed.candidates);
            int[] second = changed.picks(cycle - before);

            assertThat(IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray()).isEqualTo(expected);
        });
    }

    @Test
    void loopsEnterTheCycleAtDifferentTurns() {
        long starts = IntStream.range(0, 50)
            .map(seed -> Loop.seeded(seed, Plain.WEIGHTED_ROUND_ROBIN, Loop.equal(1000, 1)).pick())
            .distinct()
            .count();

        assertThat(starts).isGreaterThan(40);
    }

    private static int[] shares(int[] weights) {
        int divisor = IntStream.of(weights).mapToObj(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::gcd).intValueExact();
        return IntStream.of(weights).map(weight -> weight / divisor).toArray();
    }

    private static int[] longestGaps(int[] picks, int candidates) {
        int[] last = new int[candidates];
        Arrays.fill(last, -1);
        int[] longest = new int[candidates];
        for (int i = 0; i < picks.length; i++) {
            int picked = picks[i];
            if (last[picked] >= 0) {
                longest[picked] = Math.max(longest[picked], i - last[picked]);
            }
            last[picked] = i;
        }
        return longest;
    }
}
