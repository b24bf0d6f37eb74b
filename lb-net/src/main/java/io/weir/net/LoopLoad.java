package io.weir.net;

import io.weir.core.telemetry.LoopCounter;
import java.time.Duration;

/**
 * How busy a loop is, and whether it turns new connections away. Its timer is a sign of life: each beat tells how long the
 * loop took to come round to it. Written on the loop but for {@link #shed(boolean)}, read anywhere.
 *
 * <p>A loop is overloaded when several beats in a row are far too late: one that is late alone was a pause of the whole process.
 */
public final class LoopLoad {
    /** The time between two beats if the loop has nothing to do. */
    static final Duration BEAT = TimerWheel.TICK;

    /** So long after the last beat, one is late. */
    static final Duration LATE = Duration.ofMillis(500);

    static final int LATE_IN_A_ROW = 3;

    /** Within so long after the last beat, one is in good time. */
    static final Duration GOOD = Duration.ofMillis(250);

    static final int GOOD_IN_A_ROW = 20;

    private final LoopCounter lateNanos = new LoopCounter();

    private final LoopCounter shedForTime = new LoopCounter();

    private final LoopCounter shedForMemory = new LoopCounter();

    private volatile long beatNanos;

    private volatile boolean overloaded;

    private volatile boolean toldToShed;

    private int late;

    private int good;

    LoopLoad(long nowNanos) {
        beatNanos = nowNanos;
    }

    /** The loop has come round to its timer. */
    void beat(long nowNanos) {
        long gap = nowNanos - beatNanos;
        beatNanos = nowNanos;
        if (gap < BEAT.toNanos() / 2) {
            return; // the timer makes up for beats that it missed
        }
        lateNanos.add(Math.max(0, gap - BEAT.toNanos()));
        late = gap > LATE.toNanos() ? late + 1 : 0;
        good = gap < GOOD.toNanos() ? good + 1 : 0;
        if (overloaded ? good == GOOD_IN_A_ROW : late == LATE_IN_A_ROW) {
            overloaded = !overloaded;
            good = 0;
        }
    }

    /** When it came round to its timer the last time, as {@link System#nanoTime} has it. */
    public long beatNanos() {
        return beatNanos;
    }

    /** Nanoseconds by which beats were late, in all. */
    public LoopCounter lateNanos() {
        return lateNanos;
    }

    /** Whether it does not keep up with what it has. */
    public boolean isOverloaded() {
        return overloaded;
    }

    /** Turns new connections away from now on, or no more: what all loops share is running out. Any thread. */
    public void shed(boolean wanted) {
        toldToShed = wanted;
    }

    /** Whether it was told to shed. */
    public boolean isShortOfMemory() {
        return toldToShed;
    }

    /** Whether new connections are turned away. */
    public boolean sheds() {
        return overloaded || toldToShed;
    }

    /** Counts one that was turned away because of {@link #sheds}. On the loop. */
    public void countShed() {
        (overloaded ? shedForTime : shedForMemory).increment();
    }

    /** Connections that were accepted only to be reset, and datagrams that would have begun a flow. */
    public long shed() {
        return shedForTime.get() + shedForMemory.get();
    }

    /** Those because the loop did not keep up. */
    public long shedForTime() {
        return shedForTime.get();
    }

    /** Those because it was told to shed. */
    public long shedForMemory() {
        return shedForMemory.get();
    }
}
