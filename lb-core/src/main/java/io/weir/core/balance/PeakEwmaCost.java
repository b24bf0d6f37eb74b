package io.weir.core.balance;

/**
 * A backend's latency as an average that jumps up at once and decays with time. Confined to one loop.
 *
 * <p>A sample above the average replaces it (the peak); one below pulls it down by {@code 1 - e^(-elapsed/decay)}, whatever the rate of samples. Read
 * without a sample, the average decays the same way towards 0, so that a backend that was slow once is tried again.
 */
public final class PeakEwmaCost {
    /** After so long an old peak weighs 1/e. */
    public static final long DECAY_NANOS = 10_000_000_000L;

    private double average;
    private long stampNanos;

    /**
     * Takes a sample.
     *
     * @param latencyNanos of one finished exchange; below 0 counts as 0
     * @param nowNanos of the loop's clock, as {@link System#nanoTime} counts; one older than the last is taken as the last
     */
    public void observe(long latencyNanos, long nowNanos) {
        double latency = Math.max(0, latencyNanos);
        boolean later = average == 0 || nowNanos - stampNanos > 0;
        average = latency >= average ? latency : latency + (average - latency) * kept(nowNanos);
        stampNanos = later ? nowNanos : stampNanos;
    }

    /** The average latency, in nanoseconds, as of {@code nowNanos}; 0 before the first sample. */
    public double at(long nowNanos) {
        return average == 0 ? 0 : average * kept(nowNanos);
    }

    private double kept(long nowNanos) {
        return Math.exp(-(double) Math.max(0, nowNanos - stampNanos) / DECAY_NANOS);
    }
}
