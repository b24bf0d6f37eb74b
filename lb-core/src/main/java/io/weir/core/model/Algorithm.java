package io.weir.core.model;

import java.util.Optional;

/** How a pool chooses among its usable members. */
public sealed interface Algorithm {
    /** The name in the configuration, such as {@code weighted-round-robin}. */
    String text();

    /** Algorithms that need nothing but the pool. */
    enum Plain implements Algorithm {
        ROUND_ROBIN("round-robin"), WEIGHTED_ROUND_ROBIN("weighted-round-robin"), WEIGHTED_LEAST_CONNECTIONS(
                "weighted-least-connections"),
        LEAST_CONNECTIONS("least-connections"), SHORTEST_EXPECTED_DELAY("shortest-expected-delay"), NEVER_QUEUE("never-queue"),
        LEAST_REQUESTS("least-requests"), PEAK_EWMA("peak-ewma"), RANDOM("random"),
        /** All to the heaviest (LVS-01, fo). */
        FAILOVER("failover"),
        /** The heaviest that has fewer connections than its weight (LVS-01, ovf). */
        OVERFLOW("overflow");

        private final String text;

        Plain(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }

    /**
     * Maglev consistent hashing (Eisenbud et al., NSDI 2016, section 3.4) over {@code key}.
     *
     * @param quicIdBytes of the connection id, with {@link HashKey#QUIC_ID}
     * @param boundedLoad of its fair share of what a loop has in flight that a member may have, more than 100 %; empty: any
     */
    record Maglev(HashKey key, ByteRange quicIdBytes, Optional<Percent> boundedLoad) implements Algorithm {
        public Maglev {
            boundedLoad.filter(bound -> bound.value() <= Percent.ALL.value()).ifPresent(bound -> {
                throw new IllegalArgumentException("boundedLoad is " + bound + ", want more than 100%");
            });
        }

        /** Without a bound. */
        public Maglev(HashKey key) {
            this(key, Optional.empty());
        }

        /** Of the first bytes of a connection id. */
        public Maglev(HashKey key, Optional<Percent> boundedLoad) {
            this(key, ByteRange.DEFAULT, boundedLoad);
        }

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
        TUPLE("tuple"),
        /** Some bytes of the connection id that a client's datagram is sent to; of one without, the client's address. */
        QUIC_ID("quic-id");

        private final String text;

        HashKey(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
