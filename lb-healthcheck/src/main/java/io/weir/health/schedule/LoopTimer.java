package io.weir.health.schedule;

/** The clock and the alarms of the loop that a schedule runs on. Confined to that loop. */
interface LoopTimer {
    /** On the clock of {@link System#nanoTime}. */
    long nowNanos();

    /** Runs {@code task} once, after {@code delayNanos}. */
    Alarm schedule(long delayNanos, Runnable task);

    /** Something that will happen unless it is cancelled. */
    interface Alarm {
        void cancel();
    }
}
