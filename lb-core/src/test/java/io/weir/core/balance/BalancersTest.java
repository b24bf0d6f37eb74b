package io.weir.core.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.HashKey;
import io.weir.core.model.Algorithm.Maglev;
import io.weir.core.model.Algorithm.Plain;
import io.weir.core.model.Percent;
import io.weir.testkit.Seeded;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BalancersTest {
    static Stream<Algorithm> algorithms() {
        return Stream.concat(Arrays.stream(Plain.values()),
                Stream.of(new Maglev(HashKey.SOURCE), new Maglev(HashKey.SOURCE, Optional.of(new Percent(125)))));
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void theOnlyCandidateIsAlwaysPicked(Algorithm algorithm) {
        Loop loop = Loop.of(algorithm, 1);

        assertThat(loop.picks(100)).containsOnly(0);
    }

    static Stream<Algorithm> spreading() {
        return algorithms().filter(algorithm -> algorithm != Plain.FAILOVER);
    }

    @ParameterizedTest
    @MethodSource("spreading")
    void everyCandidateIsPickedSoonerOrLaterAndNothingElse(Algorithm algorithm) {
        Seeded.rounds(10, random -> {
            Loop loop = Loop.seeded(random.nextLong(), algorithm, Loop.weights(random, 50));
            boolean[] seen = new boolean[loop.backends.length];

            for (int i = 0; i < 200_000; i++) {
                int picked = loop.balancer.pick(loop.state, random.nextLong(), i);
                seen[picked] = true;
                loop.backends[picked].tryOpen();
            }

            assertThat(seen).doesNotContain(false);
        });
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void aPickAllocatesNothing(Algorithm algorithm) {
        Loop loop = Loop.of(algorithm, Loop.weights(3, 500));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        open(loop, 1000);
        long before = threads.getCurrentThreadAllocatedBytes();

        open(loop, 100_000);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }

    private static void open(Loop loop, int picks) {
        for (int i = 0; i < picks; i++) {
            LoopBackend backend = loop.backends[loop.balancer.pick(loop.state, i * 0x9E3779B97F4A7C15L, i)];
            backend.tryOpen();
            backend.cost().observe(i, i);
            if (i % 3 != 0) {
                backend.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void nobodyToPickIsRefused(Algorithm algorithm) {
        assertThatThrownBy(() -> Balancers.of(algorithm, List.of())).isInstanceOf(IllegalArgumentException.class)
            .hasMessage("no candidates for " + algorithm.text() + ", want at least one");
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void onlyMaglevReadsTheHash(Algorithm algorithm) {
        assertThat(Loop.of(algorithm, 1, 2).balancer.usesHash()).isEqualTo(algorithm instanceof Maglev);
    }
}
