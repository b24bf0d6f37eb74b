package io.weir.l7.exchange;

import io.weir.net.TimerWheel;
import java.time.Duration;

/**
 * Whether a client moves a body as fast as it must. Confined to its connection's loop; time and bytes are told.
 *
 * <p>While the client is waited for it comes to owe so many bytes a second; what it moves it owes no longer, and it may run up credit for a
 * pause. Who owes more than a grace's worth is too slow: a trickle that never pauses is found out as surely as a pause.
 */
final class BodyPace {
    /** For a body that is sent to us: a lost packet or two must fit. */
    private static final long GRACE_TICKS = TimerWheel.ticksFor(Duration.ofSeconds(10));

    private static final long TICKS_PER_SECOND = TimerWheel.ticksFor(Duration.ofSeconds(1));

    private long bytesPerSecond;
    private long grace;
    private long credit;
    private long moved;
    private long owed;
    private long tick;

    /**
     * Starts on a body that the client sends.
     *
     * @param rate bytes a second
     * @param pauseTicks the longest pause that it may make
     * @param movedSoFar bytes of all its bodies together
     */
    void beginSending(long rate, long pauseTicks, long nowTick, long movedSoFar) {
        begin(rate, Math.min(GRACE_TICKS, pauseTicks), pauseTicks, nowTick, movedSoFar);
    }

    /** Starts on a body that the client takes. The kernel takes it from us a third of its own buffer at a time, which may last two pauses. */
    void beginTaking(long rate, long pauseTicks, long nowTick, long movedSoFar) {
        begin(rate, 2 * pauseTicks, 2 * pauseTicks, nowTick, movedSoFar);
    }

    private void begin(long rate, long graceTicks, long creditTicks, long nowTick, long movedSoFar) {
        bytesPerSecond = rate;
        grace = worth(graceTicks);
        credit = worth(creditTicks);
        moved = movedSoFar;
        tick = nowTick;
        owed = 0;
    }

    /**
     * Looks again.
     *
     * @param waitedFor whether it was the client, as far as is known, that was waited for since the last look
     */
    boolean tooSlow(boolean waitedFor, long nowTick, long movedSoFar) {
        long due = waitedFor ? worth(nowTick - tick) : 0;
        owed = Math.max(owed + due - (movedSoFar - moved), -credit);
        moved = movedSoFar;
        tick = nowTick;
        return owed > grace;
    }

    private long worth(long ticks) {
        return ticks * bytesPerSecond / TICKS_PER_SECOND;
    }
}
