package io.weir.core.balance;

import static io.weir.core.balance.Distribution.assertInProportion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.core.model.Algorithm.Plain;
import io.weir.testkit.Seeded;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeightedRandomTest {
    @Test
    void picksAreInProportionToTheWeights() {
        int[] weights = {1, 2, 3, 50, 100, 100, 7};

        assertInProportion(Loop.of(Plain.RANDOM, weights).counts(1_000_000), weights);
    }

    @Test
    void picksAreInProportionForAnyWeights() {
        Seeded.rounds(50, random -> {
            int[] weights = Loop.weights(random, 100);

            assertInProportion(Loop.seeded(random.nextLong(), Plain.RANDOM, weights).counts(200_000), weights);
        });
    }

    @Test
    void theTableKeepsEveryProbabilityTo31Bits() {
        Seeded.rounds(200, random -> {
            int[] weights = Loop.weights(random, 500);
            double total = IntStream.of(weights).sum();

            double[] probability = probabilities(new AliasTable(weights).cells);

            for (int i = 0; i < weights.length; i++) {
                assertThat(probability[i]).isCloseTo(weights[i] / total, within(1e-9));
            }
        });
    }

    private static double[] probabilities(long[] cells) {
        double[] probability = new double[cells.length];
        for (int owner = 0; owner < cells.length; owner++) {
            double share = (cells[owner] >>> 32) * 0x1p-31;
            probability[owner] += share / cells.length;
            probability[(int) cells[owner]] += (1 - share) / cells.length;
        }
        return probability;
    }

    @Test
    void aSecondDrawIsAnotherOne() {
        AliasTable table = new AliasTable(new int[] {100, 1, 1});
        SplittableRandom random = new SplittableRandom(3);

        for (int i = 0; i < 10_000; i++) {
            int first = table.draw(random);
            assertThat(table.drawOther(first, random)).isNotEqualTo(first).isBetween(0, 2);
        }
    }
}
