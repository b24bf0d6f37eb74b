package io.weir.l7.exchange;

import io.weir.l7.loop.HeldMemory;
import io.weir.net.Deadline;
import io.weir.net.TimerWheel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one deadline of a client's connection, or of one stream of it. Confined to its loop. What happens often only writes
 * down when it happened; the wheel looks at that when the time would be over, and comes back when it will be.
 *
 * <p>While a peer is slow it comes back every second, to see how fast bodies move and what is held in memory.
 */
final class Patience extends Deadline {
    private static final long LOOK_TICKS = TimerWheel.ticksFor(Duration.ofSeconds(1));

    /** Who waits. */
    interface Waiter {
        /** What was awaited did not come in time. */
        void timedOut(Awaited awaited);

        /** What was awaited comes, but too slowly. */
        void tooSlow(Awaited what);

        /** The loop's memory runs out, and nobody holds so much of it for so long. */
        void evict();

        /** Bytes that either peer has not taken yet; it changes while they read. */
        long unsent();

        /** Bytes in memory because a peer is slow. */
        long held();

        /** Bytes a second that a client must move; 0: as it likes. */
        long minimumRate();

        /** Bytes that the client has moved, either way. */
        long moved();

        /** Whether it is the client that does not move. */
        boolean waitsForClient(Awaited what);
    }

    private final TimerWheel timers;
    private final HeldMemory memory;
    private final Waiter waiter;
    private @Nullable BodyPace pace;
    private @Nullable Held held;

    private Awaited awaited = Awaited.FIRST_BYTE;
    private boolean looking;
    private long sinceTick;
    private long ticks;
    private long dueTick;
    private long unsentBefore;

    Patience(TimerWheel timers, HeldMemory memory, Waiter waiter) {
        this.timers = timers;
        this.memory = memory;
        this.waiter = waiter;
    }

    /** Waits anew, for this, so long. */
    void await(Awaited what, long newTicks) {
        boolean goesOn = looking && awaited == what;
        awaited = what;
        sinceTick = timers.ticks();
        ticks = newTicks;
        unsentBefore = 0;
        looking = what.alwaysLookedAt() || waiter.held() > 0;
        if (looking && !goesOn) {
            beginPace();
        }
        scheduleWithin(looking ? Math.min(newTicks, LOOK_TICKS) : newTicks);
    }

    private void beginPace() {
        long rate = waiter.minimumRate();
        if (rate == 0) {
            pace = null;
        } else {
            BodyPace begun = pace == null ? new BodyPace() : pace;
            pace = begun;
            if (awaited == Awaited.REQUEST_BODY) {
                begun.beginSending(rate, ticks, timers.ticks(), waiter.moved());
            } else {
                begun.beginTaking(rate, ticks, timers.ticks(), waiter.moved());
            }
        }
    }

    /** Memory is held from now on, though nothing else is awaited than before. */
    void look() {
        if (!looking) {
            looking = true;
            beginPace();
            scheduleWithin(LOOK_TICKS);
        }
    }

    /** Something happened: the time starts again. */
    void touch() {
        sinceTick = timers.ticks();
    }

    void end() {
        timers.cancel(this);
        looking = false;
        if (held != null) {
            memory.hold(held, 0, timers.ticks());
        }
    }

    @Override
    protected void expired() {
        long left = sinceTick + ticks - timers.ticks();
        if (left <= 0 && awaited.excusesSlowReaders() && readersMovedOn()) {
            touch();
            left = ticks;
        }
        if (left <= 0) {
            waiter.timedOut(awaited);
        } else if (!looking || goesOnAfterLook()) {
            schedule(looking ? Math.min(left, LOOK_TICKS) : left);
        }
    }

    /** False when the look ended the wait. */
    private boolean goesOnAfterLook() {
        long now = timers.ticks();
        BodyPace moving = pace;
        if (moving != null && moving.tooSlow(waiter.waitsForClient(awaited), now, waiter.moved())) {
            waiter.tooSlow(awaited);
            return false;
        }
        long size = waiter.held();
        looking = size > 0 || awaited.alwaysLookedAt();
        if (size == 0 && held == null) {
            return true;
        }
        Held part = held == null ? new Held() : held;
        held = part;
        memory.hold(part, size, now);
        return size == 0 || looking; // it may be this one that was evicted
    }

    private boolean readersMovedOn() {
        long unsent = waiter.unsent();
        boolean moved = unsent > 0 && unsent != unsentBefore;
        unsentBefore = unsent;
        return moved;
    }

    private void scheduleWithin(long delayTicks) {
        if (isScheduled()) {
            if (dueTick <= timers.ticks() + delayTicks) {
                return;
            }
            timers.cancel(this);
        }
        schedule(delayTicks);
    }

    private void schedule(long delayTicks) {
        dueTick = timers.ticks() + delayTicks;
        timers.scheduleTicks(this, delayTicks);
    }

    /** What is held for this client. */
    private final class Held extends HeldMemory.Part {
        @Override
        protected void evict() {
            looking = false;
            waiter.evict();
        }
    }
}
