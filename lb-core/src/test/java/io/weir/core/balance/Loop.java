package io.weir.core.balance;

import io.weir.core.health.BackendKey;
import io.weir.core.limit.Cap;
import io.weir.core.model.Algorithm;
import io.weir.testkit.Seeded;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** One event loop's side of a balancer, with backends named {@code b-0}, {@code b-1} and so on. */
final class Loop {
    final List<Candidate> candidates;
    final LoopBackend[] backends;
    final PickState state;
    Balancer balancer;
    long nowNanos = 1;

    private Loop(Algorithm algorithm, List<Candidate> candidates, long seed) {
        this.candidates = candidates;
        this.backends = new LoopBackend[candidates.size()];
        for (int i = 0; i < backends.length; i++) {
            backends[i] = backend(candidates.get(i).name());
        }
        this.state = new PickState(new SplittableRandom(seed));
        this.balancer = Balancers.of(algorithm, candidates);
        state.candidates(backends);
    }

    static Loop of(Algorithm algorithm, int... weights) {
        return seeded(7, algorithm, weights);
    }

    static Loop seeded(long seed, Algorithm algorithm, int... weights) {
        return new Loop(algorithm, candidates(weights), seed);
    }

    static List<Candidate> candidates(int... weights) {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            candidates.add(new Candidate("b-" + i, weights[i]));
        }
        return candidates;
    }

    static LoopBackend backend(String name) {
        return new LoopBackend(new BackendKey("shop", name), new InetSocketAddress(InetAddress.getLoopbackAddress(), 80),
                new Cap(Integer.MAX_VALUE - 1));
    }

    /** Up to {@code most} weights of 1..100: all alike, of a few kinds, or any. */
    static int[] weights(RandomGenerator random, int most) {
        int[] kinds = random.ints(1 + random.nextInt(random.nextBoolean() ? 3 : 100), 1, 101).toArray();
        return random.ints(1 + random.nextInt(most), 0, kinds.length).map(i -> kinds[i]).toArray();
    }

    static int[] weights(long seed, int count) {
        return Seeded.generator(seed).ints(count, 1, 101).toArray();
    }

    static int[] equal(int count, int weight) {
        return java.util.stream.IntStream.generate(() -> weight).limit(count).toArray();
    }

    int pick() {
        return balancer.pick(state, 0, nowNanos);
    }

    /** Opens a connection to what is picked. */
    int open() {
        int picked = pick();
        if (!backends[picked].tryOpen()) {
            throw new AssertionError("at cap");
        }
        return picked;
    }

    int[] picks(int count) {
        int[] picks = new int[count];
        for (int i = 0; i < count; i++) {
            picks[i] = pick();
        }
        return picks;
    }

    int[] counts(int picks) {
        return counts(picks(picks));
    }

    int[] counts(int[] picks) {
        int[] counts = new int[backends.length];
        for (int pick : picks) {
            counts[pick]++;
        }
        return counts;
    }
}
