package io.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

class SeededTest {
    @Test
    @DisabledIfSystemProperty(named = Seeded.SEED_PROPERTY, matches = ".+", disabledReason = "the seed is fixed")
    void everyRoundSeesOtherNumbers() {
        Set<Long> first = new HashSet<>();

        Seeded.rounds(100, random -> first.add(random.nextLong()));

        assertThat(first).hasSize(100);
    }

    @Test
    void aFailureNamesTheSeedThatMakesItAgain() {
        List<Long> drawn = new ArrayList<>();

        Throwable failure = catchThrowable(() -> Seeded.rounds(10, random -> {
            drawn.add(random.nextLong());
            throw new IllegalStateException("odd");
        }));

        assertThat(failure).isInstanceOf(AssertionError.class).hasMessageMatching("failed with -Dweir.seed=-?\\d+: odd");
        long seed = Long.parseLong(String.valueOf(failure.getMessage()).replaceAll(".*=(-?\\d+):.*", "$1"));
        RandomGenerator again = Seeded.generator(seed);
        assertThat(drawn).containsExactly(again.nextLong());
    }
}
