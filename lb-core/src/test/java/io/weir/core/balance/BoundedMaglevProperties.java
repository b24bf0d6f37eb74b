package io.weir.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Algorithm.HashKey;
import io.weir.core.model.Algorithm.Maglev;
import io.weir.core.model.Percent;
import io.weir.testkit.Seeded;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BoundedMaglevProperties {
    private static final Percent BOUND = new Percent(125);
    private static final Maglev BOUNDED = new Maglev(HashKey.SOURCE, Optional.of(BOUND));

    @Test
    void nobodyGetsMoreThanTheBoundOfItsShareHoweverTheHashesFall() {
        Seeded.rounds(50, random -> {
            int[] weights = Loop.weights(random, 30);
            double whole = IntStream.of(weights).sum();
            Loop loop = Loop.seeded(random.nextLong(), BOUNDED, weights);
            long[] hashes = random.longs(3).toArray();
            for (int total = 1; total <= 1000; total++) {
                int picked = loop.balancer.pick(loop.state, hashes[random.nextInt(hashes.length)], 0);
                loop.backends[picked].tryOpen();
                assertThat(loop.backends[picked].inFlight())
                    .isLessThanOrEqualTo((int) Math.ceil(BOUND.fraction() * weights[picked] / whole * total));
            }
        });
    }

    @Test
    void whereTheLoadIsEvenTheBoundChangesNothing() {
        int[] weights = Loop.equal(10, 100);
        Loop bounded = Loop.of(BOUNDED, weights);
        Loop plain = Loop.of(new Maglev(HashKey.SOURCE), weights);
        for (LoopBackend backend : bounded.backends) {
            IntStream.range(0, 100).forEach(_ -> backend.tryOpen());
        }

        Seeded.rounds(1, random -> IntStream.range(0, 10_000).forEach(_ -> {
            long hash = random.nextLong();
            assertThat(bounded.balancer.pick(bounded.state, hash, 0)).isEqualTo(plain.balancer.pick(plain.state, hash, 0));
        }));
    }

    @Test
    void aClientReturnsToItsBackendWhenThatHasRoomAgain() {
        Loop loop = Loop.of(BOUNDED, 100, 100, 100);
        long hash = 4711;
        int own = loop.balancer.pick(loop.state, hash, 0);
        IntStream.range(0, 10).forEach(_ -> loop.backends[own].tryOpen());
        assertThat(loop.balancer.pick(loop.state, hash, 0)).isNotEqualTo(own);

        IntStream.range(0, 10).forEach(_ -> loop.backends[own].close());

        assertThat(loop.balancer.pick(loop.state, hash, 0)).isEqualTo(own);
    }
}
