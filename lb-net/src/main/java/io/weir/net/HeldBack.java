package io.weir.net;

import java.util.ArrayDeque;

/**
 * Directions of connections of one loop that have had their share of a listener's bandwidth. Confined to the loop. Each goes on, or is held back again,
 * at the next tick of the wheel, in the order in which they came: so they share what there is in turns.
 */
final class HeldBack extends Deadline {
    private final TimerWheel timers;

    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

    HeldBack(TimerWheel timers) {
        this.timers = timers;
    }

    /** Runs {@code goOn} at the next tick; it throws nothing. */
    void add(Runnable goOn) {
        waiting.add(goOn);
        if (!isScheduled()) {
            timers.scheduleTicks(this, 0);
        }
    }

    @Override
    protected void expired() {
        for (int left = waiting.size(); left > 0; left--) {
            waiting.remove().run();
        }
    }
}
