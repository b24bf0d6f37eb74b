package io.weir.l7.h2;

/** What may be sent to a peer before it says more, on one stream or one connection (RFC 9113 6.9). Confined to its loop. */
public final class SendWindow {
    /** Where every window begins (RFC 9113 6.9.2). */
    public static final int DEFAULT = (1 << 16) - 1;
    /** No window may be larger (RFC 9113 6.9.1). */
    public static final int LARGEST = Integer.MAX_VALUE;

    private int bytes;

    public SendWindow(int first) {
        bytes = first;
    }

    /** Starts on another stream. */
    public void reset(int first) {
        bytes = first;
    }

    /** Bytes that may be sent now; never negative, though the window may be. */
    public int room() {
        return Math.max(0, bytes);
    }

    /** {@code count} bytes are sent, no more than {@link #room}. */
    public void take(int count) {
        bytes -= count;
    }

    /** The peer adds {@code count}, which a change of its settings may have made negative; false if the window would be too large. */
    public boolean add(int count) {
        long sum = (long) bytes + count;
        if (sum > LARGEST) {
            return false;
        }
        bytes = (int) sum;
        return true;
    }
}
