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
            case Algorithm.Maglev maglev -> maglev.boundedLoad()
                .<Balancer>map(bound -> new BoundedMaglev(candidates, bound))
                .orElseGet(() -> new MaglevTable(candidates));
        };
    }

    private static Balancer plain(Algorithm.Plain algorithm, List<Candidate> candidates) {
        int[] weights = candidates.stream().mapToInt(Candidate::weight).toArray();
        return switch (algorithm) {
            case ROUND_ROBIN -> new RoundRobin();
            case WEIGHTED_ROUND_ROBIN -> new WeightedRoundRobin(weights);
            // the load of weighted least connections counts the new connection, too, which makes it the expected delay
            case WEIGHTED_LEAST_CONNECTIONS, SHORTEST_EXPECTED_DELAY -> new WeightedLeastConnections(weights, false);
            case LEAST_CONNECTIONS -> new WeightedLeastConnections(candidates.stream().mapToInt(_ -> 1).toArray(), false);
            case NEVER_QUEUE -> new WeightedLeastConnections(weights, true);
            case LEAST_REQUESTS -> new LeastRequests(weights);
            case PEAK_EWMA -> new PeakEwma(weights);
            case RANDOM -> new WeightedRandom(weights);
            case FAILOVER -> new HeaviestFirst(weights, false);
            case OVERFLOW -> new HeaviestFirst(weights, true);
        };
    }
}
