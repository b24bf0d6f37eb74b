package io.weir.core.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Bounds how many of something are open at once over all event loops. Any thread; two atomic operations in the life of a connection. */
public final class Cap {
    /** Always has room, and costs nothing. */
    public static final Cap UNLIMITED = new Cap(Integer.MAX_VALUE);

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(int[].class);
    /** The one word in use stands 128 bytes from both ends, so that no other object shares its cache lines. */
    private static final int WORD = 32;

    private final int[] words = new int[2 * WORD + 1];
    private volatile int limit;

    /**
     * Starts with all places free.
     *
     * @param limit 0 or more
     */
    public Cap(int limit) {
        this.limit = limit;
    }

    /** Takes a place; false when all are taken. A true must be followed by exactly one {@link #release}. */
    public boolean tryAcquire() {
        if (this == UNLIMITED) {
            return true;
        }
        while (true) { // not add-then-undo: the overshoot of one that fails could fail another that has room
            int taken = (int) WORDS.getVolatile(words, WORD);
            if (taken >= limit) {
                return false;
            }
            if (WORDS.compareAndSet(words, WORD, taken, taken + 1)) {
                return true;
            }
        }
    }

    public void release() {
        if (this != UNLIMITED) {
            int before = (int) WORDS.getAndAdd(words, WORD, -1);
            assert before > 0 : "released more than was acquired";
        }
    }

    /** Changes the bound; places taken beyond a lower one are kept until they are released. */
    public void limit(int newLimit) {
        assert this != UNLIMITED;
        limit = newLimit;
    }

    public int limit() {
        return limit;
    }

    /** Places taken; always 0 for {@link #UNLIMITED}. */
    public int open() {
        return (int) WORDS.getOpaque(words, WORD);
    }
}
