package io.weir.net;

/**
 * How fast one bulk direction moves. Confined to the loop of its connection; asks nobody.
 *
 * <p>Each wake-up of a loop, of a sender and of a receiver costs more than what splice(2) does with 100 KiB. A direction that is fast
 * therefore gathers: the loop looks at it again when much has come, or a {@link #WINDOW_NANOS} later.
 */
final class BulkBurst {
    /** How long bytes of a direction that gathers wait at most, and a little longer if its loop is busy. */
    static final long WINDOW_NANOS = 1_000_000;

    /** A direction that has moved so much within a window is fast: 2 Gbit/s. */
    static final int FAST_BYTES = 256 << 10;

    /** What makes one that gathers move before its window is over. */
    static final int ENOUGH_BYTES = 1 << 20;

    private long beganNanos;

    private int movedBytes;

    private boolean gathers;

    private boolean hasMoved;

    /** Bytes have moved; true if it was not gathering and shall do so now. */
    boolean moved(int bytes, long nowNanos) {
        hasMoved = true;
        if (nowNanos - beganNanos > WINDOW_NANOS) {
            beganNanos = nowNanos;
            movedBytes = 0;
        }
        movedBytes += bytes;
        boolean begins = !gathers && movedBytes >= FAST_BYTES;
        gathers |= begins;
        return begins;
    }

    /** A window of the loop has ended; true if nothing has moved in it, so that it does not gather any more. */
    boolean windowEnded() {
        gathers = hasMoved;
        hasMoved = false;
        return !gathers;
    }
}
