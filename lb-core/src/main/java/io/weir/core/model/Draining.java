package io.weir.core.model;

import java.time.Duration;
import java.util.Set;

/**
 * How long the connections of a member that takes no new ones may live on (CLB-31).
 *
 * @param timeout 0s..900s; then they are cut
 * @param on occasions that start it; {@code backend drain} always does. On others connections live until they end by themselves
 */
public record Draining(Duration timeout, Set<Occasion> on) {
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(300);
    public static final Duration MAX_TIMEOUT = Duration.ofSeconds(900);
    public static final Draining DEFAULT = after(DEFAULT_TIMEOUT);

    public Draining {
        on = Set.copyOf(on);
        if (timeout.isNegative() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("drain is " + timeout + ", want 0s..900s");
        }
    }

    /** The default occasions with another timeout. */
    public static Draining after(Duration timeout) {
        return new Draining(timeout, Set.of(Occasion.REMOVAL));
    }

    /** Why a member takes no new connections. */
    public enum Occasion {
        REMOVAL("removal"), FAILED_CHECK("failed-check"), WEIGHT_ZERO("weight-zero");

        private final String text;

        Occasion(String text) {
            this.text = text;
        }

        /** The word in the configuration. */
        public String text() {
            return text;
        }
    }
}
