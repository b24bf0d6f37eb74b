package io.weir.core.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Bounds how often something happens over all event loops: on average so often a second, a second's worth at once after a pause. Any thread; one atomic
 * operation each time.
 *
 * <p>It is the generic cell rate algorithm (ITU-T I.371, virtual scheduling): one word holds the time at which the events so far would be over if they
 * came evenly, and an event is too fast if that is more than a second ahead.
 */
public final class RateLimit {
    /** Never too fast, and costs nothing. */
    public static final RateLimit UNLIMITED = new RateLimit(1);

    private static final long WINDOW_NANOS = 1_000_000_000;
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    /** As in {@link Cap}: 128 bytes from both ends. */
    private static final int WORD = 16;

    private final long[] words = new long[2 * WORD + 1];
    private volatile long nanosEach;

    /** @param perSecond 1..1,000,000,000 */
    public RateLimit(int perSecond) {
        this.nanosEach = WINDOW_NANOS / perSecond;
    }

    /** Whether it may happen now; if so it counts. */
    public boolean tryTake(long nowNanos) {
        if (this == UNLIMITED) {
            return true;
        }
        while (true) {
            long before = (long) WORDS.getVolatile(words, WORD);
            long busyUntil = before == 0 || before - nowNanos < 0 ? nowNanos : before; // 0: nothing has happened yet
            long next = busyUntil + nanosEach;
            if (next - nowNanos > WINDOW_NANOS) {
                return false;
            }
            if (WORDS.compareAndSet(words, WORD, before, next)) {
                return true;
            }
        }
    }

    /** Changes the rate; what has happened so far is not counted anew. */
    public void perSecond(int newRate) {
        assert this != UNLIMITED;
        nanosEach = WINDOW_NANOS / newRate;
    }
}
