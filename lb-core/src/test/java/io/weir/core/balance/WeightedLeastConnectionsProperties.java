package io.weir.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Algorithm.Plain;
import io.weir.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeightedLeastConnectionsProperties {
    @Test
    void everyPickHasTheLeastLoadThatAScanFinds() {
        Seeded.rounds(200, random -> {
            int[] weights = Loop.weights(random, 100);
            Loop loop = Loop.seeded(random.nextLong(), Plain.WEIGHTED_LEAST_CONNECTIONS, weights);
            List<LoopBackend> open = new ArrayList<>();
            for (int step = 0; step < 500; step++) {
                int picked = loop.pick();
                assertThat(load(loop, picked)).isEqualTo(leastLoad(loop));
                change(random, loop.backends[random.nextBoolean() ? picked : random.nextInt(weights.length)], open);
            }
        });
    }

    @Test
    void connectionsThatStayFillUpInProportionToTheWeights() {
        Seeded.rounds(50, random -> {
            int[] weights = Loop.weights(random, 50);
            Loop loop = Loop.seeded(random.nextLong(), Plain.WEIGHTED_LEAST_CONNECTIONS, weights);

            IntStream.range(0, 3 * IntStream.of(weights).sum()).forEach(_ -> loop.open());

            for (int i = 0; i < weights.length; i++) {
                assertThat(loop.backends[i].inFlight()).isBetween(3 * weights[i] - 1, 3 * weights[i] + 1);
            }
        });
    }

    @Test
    void leastConnectionsLooksAtNoWeight() {
        Loop loop = Loop.of(Plain.LEAST_CONNECTIONS, 1, 100);

        IntStream.range(0, 200).forEach(_ -> loop.open());

        assertThat(loop.backends).allSatisfy(backend -> assertThat(backend.inFlight()).isEqualTo(100));
    }

    @Test
    void neverQueueTakesAnIdleOneBeforeAnyThatIsBusy() {
        Loop loop = Loop.of(Plain.NEVER_QUEUE, 100, 1, 50);

        assertThat(IntStream.range(0, 3).map(_ -> loop.open())).containsExactly(0, 2, 1);
        assertThat(loop.open()).isZero();
        loop.backends[1].close();
        assertThat(loop.open()).isEqualTo(1);
    }

    @Test
    void equalsTakeTurns() {
        Loop loop = Loop.of(Plain.WEIGHTED_LEAST_CONNECTIONS, Loop.equal(10, 100));

        assertThat(loop.picks(10)).doesNotHaveDuplicates();
        assertThat(loop.counts(1000)).containsOnly(100);
    }

    @Test
    void equalsTakeTurnsAlsoWhenEachConnectionEndsBeforeTheNext() {
        Loop loop = Loop.of(Plain.WEIGHTED_LEAST_CONNECTIONS, Loop.equal(7, 100));

        for (int i = 0; i < 700; i++) {
            loop.backends[loop.open()].close();
        }

        assertThat(loop.backends).allSatisfy(backend -> assertThat(backend.opened()).isEqualTo(100));
    }

    @Test
    void loopsStartAtDifferentCandidates() {
        long starts = IntStream.range(0, 50)
            .map(seed -> Loop.seeded(seed, Plain.WEIGHTED_LEAST_CONNECTIONS, Loop.equal(1000, 1)).pick())
            .distinct()
            .count();

        assertThat(starts).isGreaterThan(40);
    }

    @Test
    void loadsAreTakenOverWhenTheCandidatesChange() {
        Loop loop = Loop.of(Plain.WEIGHTED_LEAST_CONNECTIONS, 100, 100, 100);
        IntStream.range(0, 9).forEach(_ -> loop.open());
        LoopBackend fresh = Loop.backend("fresh");

        loop.state.candidates(new LoopBackend[] {fresh, loop.backends[0], loop.backends[1]});
        loop.backends[2].close(); // gone from the candidates: must not move anybody

        for (int i = 0; i < 3; i++) {
            assertThat(loop.pick()).isZero();
            fresh.tryOpen();
        }
        assertThat(loop.picks(3)).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void aBackendThatMovedToAnotherTierIsRankedThere() {
        Loop primary = Loop.of(Plain.WEIGHTED_LEAST_CONNECTIONS, 100, 100);
        Loop backup = Loop.of(Plain.WEIGHTED_LEAST_CONNECTIONS, 100, 100);
        primary.pick();
        LoopBackend moved = primary.backends[1];
        backup.state.candidates(new LoopBackend[] {moved, backup.backends[1]});
        backup.pick();
        primary.state.candidates(new LoopBackend[] {primary.backends[0], backup.backends[0]});

        moved.tryOpen();

        assertThat(backup.picks(5)).containsOnly(1);
    }

    private static void change(RandomGenerator random, LoopBackend backend, List<LoopBackend> open) {
        if (open.isEmpty() || random.nextInt(5) > 1) {
            backend.tryOpen();
            open.add(backend);
        } else {
            open.remove(random.nextInt(open.size())).close();
        }
    }

    private static double load(Loop loop, int candidate) {
        return (loop.backends[candidate].inFlight() + 1) / (double) loop.candidates.get(candidate).weight();
    }

    private static double leastLoad(Loop loop) {
        return IntStream.range(0, loop.backends.length).mapToDouble(i -> load(loop, i)).min().orElseThrow();
    }
}
