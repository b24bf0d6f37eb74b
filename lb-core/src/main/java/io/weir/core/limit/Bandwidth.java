package io.weir.core.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Bounds how many bytes move in one direction over all event loops. Any thread; one atomic operation each time that bytes were received.
 *
 * <p>Bytes are counted when they have come, and more may come while what came would be through, at the rate, within a fifth of a second. So it is
 * exceeded by what every loop receives at once, and made up for right after.
 */
public final class Bandwidth {
    /** Any number, and costs nothing. */
    public static final Bandwidth UNLIMITED = new Bandwidth(1);

    private static final long SECOND_NANOS = 1_000_000_000;
    /** Twice the time after which a loop lets those go on who wait: with less some of the bandwidth could stay unused. */
    private static final long AHEAD_NANOS = SECOND_NANOS / 5;
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    /** As in {@link Cap}: 128 bytes from both ends. */
    private static final int WORD = 16;

    /** The one word is the time at which all that came would be through; 0: nothing has come yet. */
    private final long[] words = new long[2 * WORD + 1];
    private volatile long bytesPerSecond;

    /** @param bytesPerSecond 1 or more */
    public Bandwidth(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Whether more may be received now. */
    public boolean hasRoom(long nowNanos) {
        long through = (long) WORDS.getVolatile(words, WORD);
        return through == 0 || through - nowNanos < AHEAD_NANOS;
    }

    /** Counts bytes that were received, at most 1 GiB. */
    public void moved(int bytes, long nowNanos) {
        if (this == UNLIMITED) {
            return;
        }
        long nanos = bytes * SECOND_NANOS / bytesPerSecond;
        while (true) {
            long before = (long) WORDS.getVolatile(words, WORD);
            long busyUntil = before == 0 || before - nowNanos < 0 ? nowNanos : before;
            if (WORDS.compareAndSet(words, WORD, before, busyUntil + nanos)) {
                return;
            }
        }
    }

    /** Changes the rate; what has come so far is not counted anew. */
    public void bytesPerSecond(long newRate) {
        assert this != UNLIMITED;
        bytesPerSecond = newRate;
    }
}
