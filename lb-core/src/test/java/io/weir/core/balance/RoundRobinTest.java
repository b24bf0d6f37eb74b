package io.weir.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Algorithm.Plain;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RoundRobinTest {
    @Test
    void eachCandidateIsPickedInTurnWhateverItsWeight() {
        Loop loop = Loop.of(Plain.ROUND_ROBIN, 1, 100, 50);

        int first = loop.pick();

        assertThat(loop.picks(6)).containsExactly((first + 1) % 3, (first + 2) % 3, first, (first + 1) % 3, (first + 2) % 3, first);
    }

    @Test
    void loopsStartAtDifferentCandidates() {
        Set<Integer> starts = new HashSet<>();

        for (int seed = 0; seed < 100; seed++) {
            starts.add(Loop.seeded(seed, Plain.ROUND_ROBIN, 1, 1, 1, 1).pick());
        }

        assertThat(starts).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void theTurnOutlivesAChangeOfTheCandidates() {
        Loop loop = Loop.of(Plain.ROUND_ROBIN, 1, 1, 1, 1);
        int picked = loop.pick();
        while (picked != 1) {
            picked = loop.pick();
        }

        loop.state.candidates(new LoopBackend[] {loop.backends[0], loop.backends[1], loop.backends[2]});

        assertThat(loop.picks(3)).containsExactly(2, 0, 1);
    }

    @Test
    void theTurnSurvivesTheSmallestAndTheLargestStart() {
        PickState state = new PickState(new SplittableRandom(0));

        for (int length : new int[] {1, 2, Integer.MAX_VALUE, 3, 1}) {
            assertThat(state.nextTurn(length)).isBetween(0, length - 1);
            assertThat(state.nextTurn(length)).isBetween(0, length - 1);
        }
    }
}
