package io.weir.core.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Bounds how many of something are open at once over all event loops. Once full, it gives no place until no more than {@link #resumeAt} are taken (KA-18).
 * Any thread; two atomic operations in the life of a connection.
 */
public final class Cap {
    /** Always has room, and costs nothing. */
    public static final Cap UNLIMITED = new Cap(Integer.MAX_VALUE);

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(int[].class);
    /** The one word in use stands 128 bytes from both ends, so that no other object shares its cache lines. */
    private static final int WORD = 32;
    /** Set with the last place, gone with the first place that is given again; the other bits count. */
    private static final int SHUT = 1 << 31;

    private final int[] words = new int[2 * WORD + 1];
    private volatile int limit;
    private volatile int resumeAt;

    /**
     * Starts with all places free and resumes as soon as one is.
     *
     * @param limit 0 or more
     */
    public Cap(int limit) {
        limit(limit);
    }

    /** Takes a place; false when all are taken. A true must be followed by exactly one {@link #release}. */
    public boolean tryAcquire() {
        if (this == UNLIMITED) {
            return true;
        }
        while (true) { // not add-then-undo: the overshoot of one that fails could fail another that has room
            int word = (int) WORDS.getVolatile(words, WORD);
            int taken = word & ~SHUT;
            int most = limit;
            if (taken >= most || (word < 0 && taken > resumeAt)) {
                return false;
            }
            int next = taken + 1 == most ? most | SHUT : taken + 1;
            if (WORDS.compareAndSet(words, WORD, word, next)) {
                return true;
            }
        }
    }

    public void release() {
        if (this != UNLIMITED) {
            int before = (int) WORDS.getAndAdd(words, WORD, -1);
            assert (before & ~SHUT) > 0 : "released more than was acquired";
        }
    }

    /** Changes the bound; places taken beyond a lower one are kept until they are released. */
    public void limit(int newLimit) {
        limit(newLimit, newLimit - 1);
    }

    /**
     * Changes the bound, and what must have been released before a full one gives places again.
     *
     * @param newResumeAt less than {@code newLimit}
     */
    public void limit(int newLimit, int newResumeAt) {
        assert this != UNLIMITED;
        limit = newLimit;
        resumeAt = newResumeAt;
    }

    public int limit() {
        return limit;
    }

    /** The most places that are taken when a full one gives places again. */
    public int resumeAt() {
        return resumeAt;
    }

    /** Places taken; always 0 for {@link #UNLIMITED}. */
    public int open() {
        return (int) WORDS.getOpaque(words, WORD) & ~SHUT;
    }
}
