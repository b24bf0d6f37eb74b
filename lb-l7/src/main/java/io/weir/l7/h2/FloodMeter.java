package io.weir.l7.h2;

import java.util.Arrays;

/**
 * Counts what costs us more than the peer that makes us do it, and says when it is too much. Confined to its connection's
 * loop; given the time.
 *
 * <p>Each kind has an allowance in a window of 30 s, which grows with the useful work of the connection in that window:
 * header blocks and DATA. Resets count in both directions (CVE-2023-44487, CVE-2025-8671), and no work makes up for them.
 */
public final class FloodMeter {
    private static final long WINDOW_NANOS = 30_000_000_000L;

    /** What is counted. */
    public enum Kind {
        /** Streams that were reset, by the peer or by us for what the peer did. */
        RESET(0, 200, 0),
        SETTINGS(1, 100, 0),
        PING(2, 1_000, 1),
        PRIORITY(3, 200, 10),
        WINDOW_UPDATE(4, 1_000, 10),
        /** DATA without a byte and without an end. */
        EMPTY_DATA(5, 100, 0),
        /** Frames of types that nobody knows. */
        UNKNOWN(6, 100, 1);

        private final int slot;
        private final int base;
        private final int perWork;

        Kind(int slot, int base, int perWork) {
            this.slot = slot;
            this.base = base;
            this.perWork = perWork;
        }
    }

    private static final int KINDS = Kind.values().length;

    private final int[] counts = new int[KINDS];
    private int work;
    private long sinceNanos;

    public FloodMeter(long nowNanos) {
        sinceNanos = nowNanos;
    }

    /** A header block or a DATA frame came or went. */
    public void worked() {
        work++;
    }

    /** Counts one more; false when it is one too many. */
    public boolean allows(Kind kind, long nowNanos) {
        if (nowNanos - sinceNanos > WINDOW_NANOS) {
            Arrays.fill(counts, 0);
            work = 0;
            sinceNanos = nowNanos;
        }
        int count = ++counts[kind.slot];
        return count <= kind.base + (long) kind.perWork * work;
    }
}
