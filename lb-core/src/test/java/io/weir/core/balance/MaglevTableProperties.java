package io.weir.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.Seeded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The properties that Eisenbud et al. claim in section 3.4 and measure in section 5.3, for our table of 65,537 slots. */
class MaglevTableProperties {
    private static final int M = MaglevTable.SLOTS;

    @Test
    void everySlotIsFilledAndEqualSharesDifferByAtMostOneSlot() {
        Seeded.rounds(20, random -> {
            int[] shares = shares(equal(1 + random.nextInt(2000), random.nextLong()));

            assertThat(IntStream.of(shares).sum()).isEqualTo(M);
            assertThat(max(shares) - min(shares)).isLessThanOrEqualTo(1);
        });
    }

    @Test
    void theLargestShareIsAtMostOnePercentAboveTheSmallestForUpTo655Candidates() {
        for (int n : new int[] {1, 2, 3, 10, 100, 333, 654, 655}) {
            int[] shares = shares(equal(n, n));

            assertThat(100 * max(shares)).as("of %d candidates", n).isLessThanOrEqualTo(101 * min(shares));
        }
    }

    /** The bound that the class gives; an error in rounding would show as a multiple of it. */
    @Test
    void sharesAreInProportionToTheWeights() {
        Seeded.rounds(100, random -> {
            List<Candidate> candidates = named(random.nextLong(), Loop.weights(random, 300));
            double total = candidates.stream().mapToInt(Candidate::weight).sum();

            int[] shares = shares(candidates);

            for (int i = 0; i < shares.length; i++) {
                double due = M * candidates.get(i).weight() / total;
                double off = 1.5 + 1.5 * due * shares.length / M;
                assertThat((double) shares[i]).as("of %s", candidates.get(i)).isBetween(due - off, due + off);
            }
        });
    }

    @Test
    void theTableDoesNotDependOnTheOrderOfTheCandidates() {
        Seeded.rounds(20, random -> {
            List<Candidate> candidates = named(random.nextLong(), Loop.weights(random, 300));
            List<Candidate> shuffled = new ArrayList<>(candidates);
            Collections.shuffle(shuffled, new Random(random.nextLong()));

            assertThat(slots(shuffled)).isEqualTo(slots(candidates));
        });
    }

    @Test
    void equalWeightsMakeTheSameTableWhateverTheyAre() {
        assertThat(slots(Loop.candidates(Loop.equal(50, 1)))).isEqualTo(slots(Loop.candidates(Loop.equal(50, 100))));
    }

    /**
     * The 1/N of the table that the removed one had must move. Of the slots of others, those move whose owner took them in a turn that now comes earlier or
     * later than a rival's: at most 1 % of the table was seen, for N of 300 to 400, and less on both sides of it.
     */
    @Test
    void removingOneOfNMovesItsOwnSlotsAndAtMostOneInEightyOfTheOthers() {
        Seeded.rounds(20, random -> {
            int n = 2 + random.nextInt(2000);
            List<Candidate> candidates = equal(n, random.nextLong());
            String[] before = slots(candidates);
            String gone = candidates.remove(random.nextInt(n)).name();

            assertThat(movedOfOthers(before, slots(candidates), gone)).as("when one of %d went", n).isLessThan(M / 80);
        });
    }

    @Test
    void removingTheOnlyHeaviestMovesASmallPartOfTheOthers() {
        int[] weights = Loop.equal(100, 50);
        weights[17] = 100;
        List<Candidate> candidates = new ArrayList<>(Loop.candidates(weights));
        String[] before = slots(candidates);
        candidates.remove(17);

        assertThat(movedOfOthers(before, slots(candidates), "b-17")).isLessThan(M / 25);
    }

    @Test
    void moreCandidatesThanSlotsFillTheTable() {
        int[] shares = shares(Loop.candidates(Loop.equal(M + 10, 1)));

        assertThat(max(shares)).isEqualTo(1);
        assertThat(IntStream.of(shares).sum()).isEqualTo(M);
    }

    private static List<Candidate> equal(int count, long seed) {
        return named(seed, Loop.equal(count, 100));
    }

    private static List<Candidate> named(long seed, int[] weights) {
        List<Candidate> candidates = new ArrayList<>();
        for (int weight : weights) {
            candidates.add(new Candidate("server-" + seed + "-" + candidates.size(), weight));
        }
        return candidates;
    }

    private static long movedOfOthers(String[] before, String[] after, String gone) {
        return IntStream.range(0, M).filter(slot -> !before[slot].equals(gone) && !before[slot].equals(after[slot])).count();
    }

    static String[] slots(List<Candidate> candidates) {
        MaglevTable table = new MaglevTable(candidates);
        return IntStream.range(0, M).mapToObj(slot -> candidates.get(table.candidate(slot)).name()).toArray(String[]::new);
    }

    private static int[] shares(List<Candidate> candidates) {
        MaglevTable table = new MaglevTable(candidates);
        int[] shares = new int[candidates.size()];
        IntStream.range(0, M).forEach(slot -> shares[table.candidate(slot)]++);
        return shares;
    }

    private static int max(int[] values) {
        return IntStream.of(values).max().orElseThrow();
    }

    private static int min(int[] values) {
        return IntStream.of(values).min().orElseThrow();
    }
}
