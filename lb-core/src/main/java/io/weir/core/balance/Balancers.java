package io.weir.core.balance;

import io.weir.core.model.Algorithm;
import java.util.List;

/** Makes the balancer that a pool's {@code algorithm} names. Any thread. */
public final class Balancers {
    private Balancers() {
    }

    /**
     * Builds the tables for these candidates.
     *
     * @param candidates at least one
     */
    public static Balancer of(Algorithm algorithm, List<Candidate> candidates) {
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("no candidates for " + algorithm.text() + ", want at least one");
        }
        return switch (algorithm) {
            case Algorithm.Plain plain -> plain(plain, candidates);
            case Algorithm.Maglev _ -> new MaglevTable(candidates);
        };
    }

    private static Balancer plain(Algorithm.Plain algorithm, List<Candidate> candidates) {
        int[] weights = candidates.stream().mapToInt(Candidate::weight).toArray();
        return switch (algorithm) {
            case ROUND_ROBIN -> new RoundRobin();
            case WEIGHTED_ROUND_ROBIN -> new WeightedRoundRobin(weights);
            case WEIGHTED_LEAST_CONNECTIONS -> new WeightedLeastConnections(weights);
            case LEAST_REQUESTS -> new LeastRequests(weights);
            case PEAK_EWMA -> new PeakEwma(weights);
            case RANDOM -> new WeightedRandom(weights);
        };
    }
}
