package io.weir.core.model;

/**
 * How much weight must be usable for a pool to be in service (KA-13). It is lost below {@code minimumWeight - hysteresis} and regained at
 * {@code minimumWeight + hysteresis}.
 *
 * @param minimumWeight sum of the usable backends' weights, 1..1,000,000
 * @param hysteresis 0..minimumWeight - 1
 */
public record Quorum(int minimumWeight, int hysteresis) {
    public static final int MAX_WEIGHT = 1_000_000;
    public static final Quorum DEFAULT = new Quorum(1, 0);

    public Quorum {
        if (minimumWeight < 1 || minimumWeight > MAX_WEIGHT) {
            throw new IllegalArgumentException("minimumWeight is " + minimumWeight + ", want 1.." + MAX_WEIGHT);
        }
        if (hysteresis < 0 || hysteresis >= minimumWeight) {
            throw new IllegalArgumentException("hysteresis is " + hysteresis + ", want 0.." + (minimumWeight - 1));
        }
    }

    /** Whether a pool that had the quorum, or did not, has it with {@code weight}. */
    public boolean held(boolean before, int weight) {
        return before ? weight >= minimumWeight - hysteresis : weight >= minimumWeight + hysteresis;
    }
}
