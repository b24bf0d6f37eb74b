package io.weir.core.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.util.concurrent.atomic.LongAdder;

/**
 * Bounds how many connections one source has at once over all event loops; a source is an IPv4 address, or the first 64 bits of an IPv6 address, which one
 * subscriber has whole (RFC 6177 2). A source that has all gets none until no more than {@code resumeAt} are left (KA-18). Any thread; lock-free, 1 MiB, no object a source.
 *
 * <p>The table is an array of words in buckets of 16. A word is free (0), or holds 40 bits that tell its source from others, one that says that the source had
 * all, and 23 that count. The
 * other bits of the source's hash choose the bucket, and with it the table tells sources apart by 53 bits of a keyed hash that nobody outside can
 * compute. A bucket that is full of other sources lets a new one pass uncounted: the limit guards the many against the few, and more than 100,000
 * sources are not few. While words of a bucket change hands, two loops that see a source for the first time may give it a word each; both are summed,
 * but each of them may have let one in.
 */
public final class SourceLimit {
    /** Never full, and costs nothing. */
    public static final SourceLimit NONE = new SourceLimit(1, 0, 0);

    static final int FULL = -1;
    static final int UNCOUNTED = -2;

    private static final int WAYS = 16;
    private static final int BUCKETS = 1 << 13;
    private static final int COUNT_BITS = 23;
    private static final long COUNT = (1L << COUNT_BITS) - 1;
    /** Set with the last connection that a source may have, gone with the first that it gets again. */
    private static final long SHUT = 1L << COUNT_BITS;
    private static final long SOURCE = ~(SHUT | COUNT);
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] words;
    private final int bucketMask;
    private final long seed;
    private final LongAdder uncounted = new LongAdder();
    private volatile int limit;
    private volatile int resumeAt;

    /**
     * Starts empty; a source that had all gets one more as soon as one has ended.
     *
     * @param limit 1..1,000,000
     * @param seed keys the hash; nobody outside may know it
     */
    public SourceLimit(int limit, long seed) {
        this(limit, seed, BUCKETS);
    }

    /** @param buckets a power of two, or 0 for a table that is never asked */
    SourceLimit(int limit, long seed, int buckets) {
        this.limit = limit;
        this.resumeAt = limit - 1;
        this.seed = seed;
        this.words = new long[buckets * WAYS];
        this.bucketMask = buckets - 1;
    }

    /** Counts one more of this source: a slot for {@link #release}, or {@link #FULL}. */
    int tryAcquire(InetAddress client) {
        long hash = hash(client.getAddress());
        int bucket = (int) (hash & bucketMask) * WAYS;
        while (true) {
            int known = -1;
            int free = -1;
            long knownWord = 0;
            int open = 0;
            long shut = 0;
            for (int slot = bucket; slot < bucket + WAYS; slot++) {
                long word = (long) WORDS.getVolatile(words, slot);
                if (word == 0) {
                    free = free < 0 ? slot : free;
                } else if (((word ^ hash) & SOURCE) == 0) {
                    open += (int) (word & COUNT);
                    shut |= word & SHUT;
                    if (known < 0 || (word & SHUT) != 0) {
                        known = slot;
                        knownWord = word;
                    }
                }
            }
            int most = limit;
            if (open >= most || (shut != 0 && open > resumeAt)) {
                return FULL;
            }
            if (known < 0 && free < 0) {
                uncounted.increment();
                return UNCOUNTED;
            }
            int slot = known < 0 ? free : known;
            long next = (known < 0 ? hash & SOURCE : knownWord & ~SHUT) + 1;
            if (open + 1 == most) {
                next |= SHUT;
            }
            if (WORDS.compareAndSet(words, slot, knownWord, next)) {
                return slot;
            }
        }
    }

    /** Ends what {@link #tryAcquire} began. */
    void release(int slot) {
        if (slot == UNCOUNTED) {
            return;
        }
        while (true) {
            long word = (long) WORDS.getVolatile(words, slot);
            assert (word & COUNT) > 0 : "released more than was acquired";
            long next = (word & COUNT) == 1 ? 0 : word - 1;
            if (WORDS.compareAndSet(words, slot, word, next)) {
                return;
            }
        }
    }

    /**
     * Changes the bound, and what must be left of a source that had all before it gets more; connections beyond a lower bound are kept.
     *
     * @param newResumeAt less than {@code newLimit}
     */
    public void limit(int newLimit, int newResumeAt) {
        assert this != NONE;
        limit = newLimit;
        resumeAt = newResumeAt;
    }

    /** Connections that passed uncounted since the start. */
    public long uncounted() {
        return uncounted.sum();
    }

    /** Two rounds of a multiplication that folds its 128 bits (as wyhash does), each keyed. */
    private long hash(byte[] address) {
        long once = folded(AddressBits.high(address) ^ seed, 0xA0761D6478BD642FL ^ Long.rotateLeft(seed, 32) ^ address.length);
        return folded(once ^ seed, 0xE7037ED1A0B428DBL);
    }

    private static long folded(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ (a * b);
    }
}
