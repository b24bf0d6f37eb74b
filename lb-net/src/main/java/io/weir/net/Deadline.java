package io.weir.net;

import org.jspecify.annotations.Nullable;

/**
 * Something that happens on a loop unless it is cancelled or put off. Confined to the loop whose {@link TimerWheel} it
 * is in; one object waits for one thing at a time and may be used again. It is its own list node, so that waiting
 * allocates nothing.
 */
public abstract class Deadline {
    @Nullable
    Deadline previous;

    @Nullable
    Deadline next;

    /** The wheel's tick that expires it. */
    long dueTick;

    /** Called on the loop at the earliest when the time has passed, and at most one tick after. It may schedule again. */
    protected abstract void expired();

    /** Whether it waits in a wheel. */
    public final boolean isScheduled() {
        return next != null;
    }

    /** The head of a wheel's slot: a list of itself, never due. */
    static final class Head extends Deadline {
        Head() {
            previous = this;
            next = this;
            dueTick = Long.MAX_VALUE;
        }

        boolean isEmpty() {
            return next == this;
        }

        /** Moves all of another list here; this one must be empty, and the other one must not. */
        void takeFrom(Head other) {
            next = other.next;
            previous = other.previous;
            TimerWheel.linked(next).previous = this;
            TimerWheel.linked(previous).next = this;
            other.next = other;
            other.previous = other;
        }

        @Override
        protected void expired() {
            throw new AssertionError("a slot's head is never due");
        }
    }
}
