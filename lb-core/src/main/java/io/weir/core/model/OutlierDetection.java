package io.weir.core.model;

import java.time.Duration;
import java.util.Optional;

/**
 * When traffic itself takes a member out, and for how long.
 *
 * @param consecutiveErrors 5xx answers and local errors in a row that eject, 0..1000; 0 is off
 * @param consecutiveGatewayErrors answers 502, 503, 504 and local errors in a row that eject, 0..1000; 0 is off
 * @param consecutiveLocalErrors failed or timed-out connects, resets and response timeouts in a row that eject, 0..1000; 0 is off
 * @param interval from one look at success rates and latencies to the next, 100ms..5m
 * @param baseEjection length of the first ejection, 100ms..1h
 * @param maxEjection longest ejection, baseEjection..24h
 * @param maxEjectedPercent of a pool's members that may be ejected at once; one always may
 * @param minHealthPercent of a pool's members must be usable, else nobody more is ejected
 */
public record OutlierDetection(int consecutiveErrors, int consecutiveGatewayErrors, int consecutiveLocalErrors, Duration interval,
        Duration baseEjection, Duration maxEjection, Backoff backoff, Percent maxEjectedPercent, Percent minHealthPercent,
        Optional<SuccessRate> successRate, Optional<Latency> latency) {
    public static final int MAX_CONSECUTIVE = 1000;
    public static final Duration MIN_INTERVAL = Duration.ofMillis(100);
    public static final Duration MAX_INTERVAL = Duration.ofMinutes(5);
    public static final Duration MIN_EJECTION = Duration.ofMillis(100);
    public static final Duration MAX_BASE_EJECTION = Duration.ofHours(1);
    public static final Duration MAX_EJECTION = Duration.ofHours(24);
    /** Of a pool that says nothing: connections that fail count, answers do not. */
    public static final OutlierDetection DEFAULT = new OutlierDetection(0, 0, 5, Duration.ofSeconds(10), Duration.ofSeconds(30),
            Duration.ofSeconds(300), Backoff.LINEAR, new Percent(50), Percent.NONE, Optional.empty(), Optional.empty());

    public OutlierDetection {
        consecutive("consecutiveErrors", consecutiveErrors);
        consecutive("consecutiveGatewayErrors", consecutiveGatewayErrors);
        consecutive("consecutiveLocalErrors", consecutiveLocalErrors);
        within("interval", interval, MIN_INTERVAL, MAX_INTERVAL);
        within("baseEjection", baseEjection, MIN_EJECTION, MAX_BASE_EJECTION);
        within("maxEjection", maxEjection, baseEjection, MAX_EJECTION);
        share("maxEjectedPercent", maxEjectedPercent);
        share("minHealthPercent", minHealthPercent);
    }

    /** Whether members are compared with each other from time to time. */
    public boolean compares() {
        return successRate.isPresent() || latency.isPresent();
    }

    /** How ejections grow from one to the next. */
    public enum Backoff {
        /** Base times the number of ejections, as Envoy does. */
        LINEAR,
        /** Doubles. */
        EXPONENTIAL
    }

    /**
     * Ejects who answers well much less often than the others: below mean - stdevFactor x standard deviation of the members' success rates.
     *
     * @param minimumBackends with enough requests, 2..1000
     * @param minimumRequests of a member in an interval, 1..1,000,000
     * @param stdevFactor 0.1..10
     */
    public record SuccessRate(int minimumBackends, int minimumRequests, double stdevFactor) {
        public static final SuccessRate DEFAULT = new SuccessRate(5, 100, 1.9);

        public SuccessRate {
            sample(minimumBackends, minimumRequests);
            times("stdevFactor", stdevFactor, 0.1, 10);
        }
    }

    /**
     * Ejects who answers much later than the others: mean latency above {@code factor} x the median of the members' means.
     *
     * @param factor 1.1..100
     * @param minimumRequests of a member in an interval, 1..1,000,000
     * @param minimumBackends with enough requests, 2..1000
     */
    public record Latency(double factor, int minimumRequests, int minimumBackends) {
        public static final Latency DEFAULT = new Latency(3, 100, 3);

        public Latency {
            times("factor", factor, 1.1, 100);
            sample(minimumBackends, minimumRequests);
        }
    }

    private static void consecutive(String name, int value) {
        if (value < 0 || value > MAX_CONSECUTIVE) {
            throw new IllegalArgumentException(name + " is " + value + ", want 0.." + MAX_CONSECUTIVE);
        }
    }

    private static void within(String name, Duration value, Duration low, Duration high) {
        if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw new IllegalArgumentException(name + " is " + value + ", want " + low + ".." + high);
        }
    }

    private static void share(String name, Percent value) {
        if (value.value() > 100) {
            throw new IllegalArgumentException(name + " is " + value.value() + ", want 0..100");
        }
    }

    private static void sample(int minimumBackends, int minimumRequests) {
        if (minimumBackends < 2 || minimumBackends > 1000) {
            throw new IllegalArgumentException("minimumBackends is " + minimumBackends + ", want 2..1000");
        }
        if (minimumRequests < 1 || minimumRequests > 1_000_000) {
            throw new IllegalArgumentException("minimumRequests is " + minimumRequests + ", want 1..1000000");
        }
    }

    private static void times(String name, double value, double low, double high) {
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException(name + " is " + value + ", want " + low + ".." + high);
        }
    }
}
