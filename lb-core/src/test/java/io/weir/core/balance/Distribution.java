package io.weir.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;

/** Tells chance from bias. */
final class Distribution {
    private Distribution() {
    }

    /**
     * Checks that {@code counts} may well have been drawn with probabilities in proportion to {@code weights}, by Pearson's chi-square: its mean is
     * the degrees of freedom d, its deviation sqrt(2d). A fair draw fails once in more than a million times.
     */
    static void assertInProportion(int[] counts, int[] weights) {
        double total = IntStream.of(counts).sum();
        double sum = IntStream.of(weights).sum();
        double chiSquare = 0;
        for (int i = 0; i < counts.length; i++) {
            double expected = total * weights[i] / sum;
            chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        double freedom = counts.length - 1;
        assertThat(chiSquare).as("chi-square of %d cells", counts.length).isLessThan(freedom + 7 * Math.sqrt(2 * freedom) + 15);
    }
}
