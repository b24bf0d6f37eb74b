package io.weir.health.schedule;

import io.weir.core.health.Moment;
import io.weir.testkit.SimulatedClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Alarms under simulated time, in the order of their time. Confined to the test. */
final class SimulatedTimer implements LoopTimer {
    private final SimulatedClock clock = new SimulatedClock();
    private final long originNanos = clock.getAsLong();
    private final PriorityQueue<Entry> entries = new PriorityQueue<>(
            Comparator.comparingLong(Entry::afterOriginNanos).thenComparingLong(Entry::order));
    private long order;

    private record Entry(long afterOriginNanos, long order, Runnable task) {}

    @Override
    public long nowNanos() {
        return clock.getAsLong();
    }

    Moment now() {
        return new Moment(clock.getAsLong(), clock.instant());
    }

    Duration sinceStart() {
        return Duration.ofNanos(clock.getAsLong() - originNanos);
    }

    @Override
    public Alarm schedule(long delayNanos, Runnable task) {
        Entry entry = new Entry(clock.getAsLong() - originNanos + delayNanos, order++, task);
        entries.add(entry);
        return () -> entries.remove(entry);
    }

    int scheduled() {
        return entries.size();
    }

    /** Lets time pass, and everything happen that falls into it. */
    void pass(Duration time) {
        Duration end = sinceStart().plus(time);
        for (Entry next = entries.peek(); next != null && next.afterOriginNanos() <= end.toNanos(); next = entries.peek()) {
            entries.remove(next);
            clock.advance(Duration.ofNanos(next.afterOriginNanos()).minus(sinceStart()));
            next.task().run();
        }
        clock.advance(end.minus(sinceStart()));
    }
}
