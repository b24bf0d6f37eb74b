package io.weir.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Algorithm.Plain;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeaviestFirstTest {
    @Test
    void failoverGivesEverythingToTheHeaviest() {
        Loop loop = Loop.of(Plain.FAILOVER, 10, 100, 50);

        IntStream.range(0, 500).forEach(_ -> assertThat(loop.open()).isEqualTo(1));
    }

    @Test
    void ofEquallyHeavyOnesTheFirstOfThePoolIsTaken() {
        assertThat(Loop.of(Plain.FAILOVER, 10, 100, 100).pick()).isEqualTo(1);
    }

    @Test
    void whoCannotTakeItIsFollowedByTheNextInWeight() {
        Balancer balancer = Loop.of(Plain.FAILOVER, 10, 100, 50).balancer;

        assertThat(IntStream.range(0, 3).map(step -> balancer.instead(step, 2, 3))).containsExactly(1, 2, 0);
    }

    @Test
    void overflowFillsOneAfterTheOtherUpToItsWeight() {
        Loop loop = Loop.of(Plain.OVERFLOW, 2, 4, 3);

        assertThat(IntStream.range(0, 9).map(_ -> loop.open())).containsExactly(1, 1, 1, 1, 2, 2, 2, 0, 0);
    }

    @Test
    void overflowReturnsToTheHeaviestAsSoonAsItHasRoom() {
        Loop loop = Loop.of(Plain.OVERFLOW, 2, 4, 3);
        IntStream.range(0, 6).forEach(_ -> loop.open());

        loop.backends[1].close();

        assertThat(loop.open()).isEqualTo(1);
        assertThat(loop.open()).isEqualTo(2);
    }

    @Test
    void overflowTurnsNobodyAwayWhenAllAreFull() {
        Loop loop = Loop.of(Plain.OVERFLOW, 2, 4, 3);
        IntStream.range(0, 9).forEach(_ -> loop.open());

        assertThat(loop.pick()).isEqualTo(1);
    }
}
