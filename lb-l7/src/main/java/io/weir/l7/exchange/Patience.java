package io.weir.l7.exchange;

import io.weir.net.Deadline;
import io.weir.net.TimerWheel;

/**
 * The one deadline of a client's connection, or of one stream of it. Confined to its loop. What happens often only writes
 * down when it happened; the wheel looks at that when the time would be over, and comes back when it will be.
 */
final class Patience extends Deadline {
    /** Who waits. */
    interface Waiter {
        /** What was awaited did not come in time. */
        void timedOut(Awaited awaited);

        /** Bytes that either peer has not taken yet; it changes while they read. */
        long unsent();
    }

    private final TimerWheel timers;
    private final Waiter waiter;

    private Awaited awaited = Awaited.FIRST_BYTE;
    private long sinceTick;
    private long ticks;
    private long dueTick;
    private long unsentBefore;

    Patience(TimerWheel timers, Waiter waiter) {
        this.timers = timers;
        this.waiter = waiter;
    }

    /** Waits anew, for this, so long. */
    void await(Awaited what, long newTicks) {
        awaited = what;
        sinceTick = timers.ticks();
        ticks = newTicks;
        unsentBefore = 0;
        if (isScheduled()) {
            if (dueTick <= sinceTick + newTicks) {
                return;
            }
            timers.cancel(this);
        }
        schedule(newTicks);
    }

    /** Something happened: the time starts again. */
    void touch() {
        sinceTick = timers.ticks();
    }

    void end() {
        timers.cancel(this);
    }

    @Override
    protected void expired() {
        long left = sinceTick + ticks - timers.ticks();
        if (left <= 0 && awaited.excusesSlowReaders() && readersMovedOn()) {
            touch();
            left = ticks;
        }
        if (left > 0) {
            schedule(left);
        } else {
            waiter.timedOut(awaited);
        }
    }

    private boolean readersMovedOn() {
        long unsent = waiter.unsent();
        boolean moved = unsent > 0 && unsent != unsentBefore;
        unsentBefore = unsent;
        return moved;
    }

    private void schedule(long delayTicks) {
        dueTick = timers.ticks() + delayTicks;
        timers.scheduleTicks(this, delayTicks);
    }
}
