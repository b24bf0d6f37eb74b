package io.weir.core.model;

/** How a pool chooses among its usable members. */
public sealed interface Algorithm {
    /** The name in the configuration, such as {@code weighted-round-robin}. */
    String text();

    /** Algorithms that need nothing but the pool. */
    enum Plain implements Algorithm {
        ROUND_ROBIN("round-robin"), WEIGHTED_ROUND_ROBIN("weighted-round-robin"), WEIGHTED_LEAST_CONNECTIONS(
                "weighted-least-connections"),
        LEAST_REQUESTS("least-requests"), PEAK_EWMA("peak-ewma"), RANDOM("random");

        private final String text;

        Plain(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }

    /** Maglev consistent hashing (Eisenbud et al., NSDI 2016, section 3.4) over {@code key}. */
    record Maglev(HashKey key) implements Algorithm {
        @Override
        public String text() {
            return "maglev";
        }
    }

    /** What a consistent hash is taken of. */
    enum HashKey {
        /** The client's address. */
        SOURCE("source"),
        /** Client address and port, listener address and port. */
        TUPLE("tuple");

        private final String text;

        HashKey(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
