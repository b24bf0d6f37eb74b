package io.weir.core.model;

/** A backend's share of new connections (CLB-12): 0 takes none and is not down. */
public record Weight(int units) {
    public static final int MAX_UNITS = 100;
    public static final Weight DEFAULT = new Weight(100);

    public Weight {
        if (units < 0 || units > MAX_UNITS) {
            throw new IllegalArgumentException("weight is " + units + ", want 0.." + MAX_UNITS);
        }
    }
}
