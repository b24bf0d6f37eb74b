package io.weir.core.model;

/** A whole percentage 0..1000: what is more than 100 says how much of something may be exceeded. */
public record Percent(int value) {
    public static final int MAX = 1000;
    public static final Percent NONE = new Percent(0);
    public static final Percent ALL = new Percent(100);

    public Percent {
        if (value < 0 || value > MAX) {
            throw new IllegalArgumentException("percentage is " + value + ", want 0.." + MAX);
        }
    }

    /** 0.5 for 50%. */
    public double fraction() {
        return value / 100.0;
    }

    /** As files write it: {@code 50%}. */
    @Override
    public String toString() {
        return value + "%";
    }
}
