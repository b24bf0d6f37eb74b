package io.weir.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Time that passes only when a test says so, as nanoseconds for deadlines and as instants for people. Any thread may call it. */
public final class SimulatedClock implements LongSupplier, InstantSource {
    private final Instant start;
    private final long startNanos;
    private final AtomicLong passedNanos = new AtomicLong();

    /** Starts near the overflow of the nanosecond counter, so that comparing two readings with {@code <} fails soon. */
    public SimulatedClock() {
        this(Instant.parse("2026-01-01T00:00:00Z"), Long.MAX_VALUE - Duration.ofSeconds(5).toNanos());
    }

    public SimulatedClock(Instant start, long startNanos) {
        this.start = start;
        this.startNanos = startNanos;
    }

    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("duration is " + duration + ", want zero or more: this clock never goes back");
        }
        passedNanos.addAndGet(duration.toNanos());
    }

    /** What {@link System#nanoTime} would say: only differences mean something. */
    @Override
    public long getAsLong() {
        return startNanos + passedNanos.get();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(passedNanos.get());
    }
}
