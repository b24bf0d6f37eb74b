package io.weir.testkit;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Runs a property on random inputs that can be made again: a failure names its seed, and {@code -Dweir.seed=...} runs just that one.
 * Runs on the thread of the test.
 */
public final class Seeded {
    static final String SEED_PROPERTY = "weir.seed";
    private static final RandomGeneratorFactory<RandomGenerator> GENERATORS = RandomGeneratorFactory.of("L64X128MixRandom");

    private Seeded() {}

    /** What must hold for every generator. */
    @FunctionalInterface
    public interface Property {
        void check(RandomGenerator random) throws Exception;
    }

    /** Checks {@code property} with {@code rounds} fresh seeds. */
    public static void rounds(int rounds, Property property) {
        Long fixed = Long.getLong(SEED_PROPERTY);
        if (fixed != null) {
            check(fixed, property);
            return;
        }
        long first = RandomGenerator.getDefault().nextLong();
        for (int round = 0; round < rounds; round++) {
            check(first + round, property);
        }
    }

    /** The generator of one seed; the same seed gives the same numbers on every machine. */
    public static RandomGenerator generator(long seed) {
        return GENERATORS.create(seed);
    }

    private static void check(long seed, Property property) {
        try {
            property.check(generator(seed));
        } catch (Exception | AssertionError failure) {
            throw new AssertionError("failed with -D" + SEED_PROPERTY + "=" + seed + ": " + failure.getMessage(), failure);
        }
    }
}
