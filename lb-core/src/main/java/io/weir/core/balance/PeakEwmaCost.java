package io.weir.core.balance;

/**
 * A backend's latency as an average that jumps up at once and decays with time. Confined to one loop.
 *
 * <p>A sample above the average replaces it (the peak); one below pulls it down by {@code 1 - e^(-elapsed/decay)}. Read without a sample, the
 * average decays the same way, so that a backend that was slow once is tried again.
 */
public final class PeakEwmaCost {
    /** After so long an old peak weighs 1/e. */
    public static final long DECAY_NANOS = 10_000_000_000L;

    private double average;
    private long stampNanos;

    /**
     * Takes in one finished exchange.
     *
     * @param latencyNanos of the exchange
     */
    public void observe(long latencyNanos, long nowNanos) {
        double decayed = at(nowNanos);
        if (latencyNanos >= average) {
            average = latencyNanos;
        } else {
            double keep = Math.exp(-(double) Math.max(0, nowNanos - stampNanos) / DECAY_NANOS);
            average = Math.max(decayed, average * keep + latencyNanos * (1 - keep));
        }
        stampNanos = nowNanos;
    }

    /** The average latency, in nanoseconds, as of {@code nowNanos}; 0 before the first sample. */
    public double at(long nowNanos) {
        return average * Math.exp(-(double) Math.max(0, nowNanos - stampNanos) / DECAY_NANOS);
    }
}
