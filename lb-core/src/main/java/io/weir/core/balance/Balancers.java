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
        return switch (algorithm) {
            case Algorithm.Plain plain -> new RoundRobin();
            case Algorithm.Maglev maglev -> new RoundRobin();
        };
    }
}
