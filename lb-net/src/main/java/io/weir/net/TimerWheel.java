package io.weir.net;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines of one loop. Confined to it. A hashed wheel: a deadline stands in the slot of its tick modulo the
 * number of slots and is looked at once a turn of the wheel, so that scheduling, cancelling and expiring cost the same
 * whatever the number of deadlines.
 *
 * <p>What is active often does not move its deadline: it writes {@link #ticks()} down as its last activity, and when the
 * deadline expires it is scheduled again for what is left.
 */
public final class TimerWheel {
    /** How late a deadline may be. */
    public static final Duration TICK = Duration.ofMillis(100);

    static final long TICK_NANOS = TICK.toNanos();

    private static final Logger LOG = LoggerFactory.getLogger(TimerWheel.class);

    private static final int SLOTS = 512;

    private final Deadline.Head[] slots = new Deadline.Head[SLOTS];

    /** The slot that is being worked through, cut off from the wheel. */
    private final Deadline.Head due = new Deadline.Head();

    private final long originNanos;

    private long ticks;

    /** The last tick whose deadlines have expired. */
    private long expiredTick;

    private int scheduled;

    /** A wheel whose first tick follows {@code originNanos} on the clock of {@link System#nanoTime}. */
    TimerWheel(long originNanos) {
        this.originNanos = originNanos;
        for (int slot = 0; slot < SLOTS; slot++) {
            slots[slot] = new Deadline.Head();
        }
    }

    /** The number of ticks so far: the loop's coarse clock, free to read. */
    public long ticks() {
        return ticks;
    }

    /** How many ticks cover a time, rounded up; at least one. */
    public static long ticksFor(Duration time) {
        return Math.max(1, Math.ceilDiv(time.toNanos(), TICK_NANOS));
    }

    /** How many deadlines wait. */
    public int scheduled() {
        return scheduled;
    }

    /** Lets a deadline expire after {@code delay}; it must not be scheduled yet. */
    public void schedule(Deadline deadline, Duration delay) {
        scheduleTicks(deadline, ticksFor(delay));
    }

    /** Lets a deadline expire when {@code delayTicks} whole ticks have passed; it must not be scheduled yet. */
    public void scheduleTicks(Deadline deadline, long delayTicks) {
        if (deadline.next != null) {
            throw new IllegalStateException("the deadline is scheduled already");
        }
        // The current tick has begun already: one more makes sure that the whole delay passes.
        deadline.dueTick = ticks + 1 + Math.max(0, delayTicks);
        link(deadline);
        scheduled++;
    }

    private void link(Deadline deadline) {
        Deadline head = slots[(int) (deadline.dueTick & (SLOTS - 1))];
        Deadline last = linked(head.previous);
        deadline.previous = last;
        deadline.next = head;
        last.next = deadline;
        head.previous = deadline;
    }

    /** Takes a deadline back; nothing happens if it does not wait. */
    public void cancel(Deadline deadline) {
        if (deadline.next == null) {
            return;
        }
        unlink(deadline);
        scheduled--;
    }

    private static void unlink(Deadline deadline) {
        Deadline before = linked(deadline.previous);
        Deadline after = linked(deadline.next);
        before.next = after;
        after.previous = before;
        deadline.previous = null;
        deadline.next = null;
    }

    /** Moves the clock; what is due by it expires with the next {@link #expire}. */
    void moveTo(long nowNanos) {
        ticks = Math.max(ticks, (nowNanos - originNanos) / TICK_NANOS);
    }

    /** Expires what is due; a loop that was held up catches up on every tick that it missed. */
    void expire() {
        // Beyond one turn of the wheel every slot is looked at anyway.
        long first = Math.max(expiredTick + 1, ticks - SLOTS + 1);
        expiredTick = ticks;
        for (long tick = first; tick <= expiredTick; tick++) {
            expireSlot(slots[(int) (tick & (SLOTS - 1))]);
        }
    }

    /**
     * What expires may schedule and cancel anything, itself too; so the slot is cut off and worked through from its
     * head, and what is not due yet goes back.
     */
    private void expireSlot(Deadline.Head slot) {
        if (slot.isEmpty()) {
            return;
        }
        due.takeFrom(slot);
        while (!due.isEmpty()) {
            Deadline deadline = linked(due.next);
            unlink(deadline);
            if (deadline.dueTick > ticks) {
                link(deadline);
            } else {
                scheduled--;
                expire(deadline);
            }
        }
    }

    /** One deadline's failure must not take the others of its slot along. */
    private static void expire(Deadline deadline) {
        try {
            deadline.expired();
        } catch (RuntimeException brokenPromise) {
            LOG.error("a deadline failed: {}", deadline, brokenPromise);
        }
    }

    static Deadline linked(@Nullable Deadline node) {
        if (node == null) {
            throw new IllegalStateException("a deadline's list is broken");
        }
        return node;
    }
}
