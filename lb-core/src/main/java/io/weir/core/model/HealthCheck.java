package io.weir.core.model;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How members of a pool are probed.
 *
 * @param port probed instead of the backend's own
 * @param source address to probe from; empty: the kernel chooses
 * @param fastInterval from a result that differs from the member's state to the next probe, 100ms..interval
 * @param healthy successes in a row that bring a member in, 1..10
 * @param unhealthy failures in a row that take a member out, 1..10
 */
public record HealthCheck(Probe probe, OptionalInt port, Optional<InetAddress> source, Duration interval, Duration fastInterval,
        Duration timeout, int healthy, int unhealthy, Initial initial) {
    public static final Duration MIN_INTERVAL = Duration.ofMillis(100);
    public static final Duration MAX_INTERVAL = Duration.ofSeconds(50);
    public static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
    public static final Duration MAX_TIMEOUT = Duration.ofSeconds(300);
    public static final int MAX_THRESHOLD = 10;
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);
    public static final int DEFAULT_HEALTHY = 3;
    public static final int DEFAULT_UNHEALTHY = 2;

    public HealthCheck {
        within("interval", interval, MIN_INTERVAL, MAX_INTERVAL);
        within("fastInterval", fastInterval, MIN_INTERVAL, interval);
        within("timeout", timeout, MIN_TIMEOUT, MAX_TIMEOUT);
        threshold("healthy", healthy);
        threshold("unhealthy", unhealthy);
    }

    /** With the defaults for all else. */
    public static HealthCheck of(Probe probe) {
        return new HealthCheck(probe, OptionalInt.empty(), Optional.empty(), DEFAULT_INTERVAL, DEFAULT_INTERVAL, DEFAULT_TIMEOUT,
                DEFAULT_HEALTHY, DEFAULT_UNHEALTHY, Initial.CHECKING);
    }

    /** This check at another pace, without a fast interval. */
    public HealthCheck every(Duration newInterval, Duration newTimeout) {
        return new HealthCheck(probe, port, source, newInterval, newInterval, newTimeout, healthy, unhealthy, initial);
    }

    public HealthCheck withFastInterval(Duration newFastInterval) {
        return new HealthCheck(probe, port, source, interval, newFastInterval, timeout, healthy, unhealthy, initial);
    }

    public HealthCheck withThresholds(int newHealthy, int newUnhealthy) {
        return new HealthCheck(probe, port, source, interval, fastInterval, timeout, newHealthy, newUnhealthy, initial);
    }

    public HealthCheck withInitial(Initial newInitial) {
        return new HealthCheck(probe, port, source, interval, fastInterval, timeout, healthy, unhealthy, newInitial);
    }

    public HealthCheck withPort(int newPort) {
        return new HealthCheck(probe, OptionalInt.of(newPort), source, interval, fastInterval, timeout, healthy, unhealthy, initial);
    }

    public HealthCheck withSource(InetAddress newSource) {
        return new HealthCheck(probe, port, Optional.of(newSource), interval, fastInterval, timeout, healthy, unhealthy, initial);
    }

    /** What a member is before its first result. */
    public enum Initial {
        CHECKING, HEALTHY, UNHEALTHY
    }

    /**
     * The time from the start of the first probe that a silent member leaves without an answer to the verdict, by CLB's formula (CLB-17):
     * timeout x unhealthy + interval x (unhealthy - 1).
     */
    public Duration detectionWindow() {
        return timeout.multipliedBy(unhealthy).plus(interval.multipliedBy(unhealthy - 1L));
    }

    private static void within(String name, Duration value, Duration low, Duration high) {
        if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw new IllegalArgumentException(name + " is " + value + ", want " + low + ".." + high);
        }
    }

    private static void threshold(String name, int value) {
        if (value < 1 || value > MAX_THRESHOLD) {
            throw new IllegalArgumentException(name + " is " + value + ", want 1.." + MAX_THRESHOLD);
        }
    }
}
