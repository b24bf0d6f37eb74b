package io.weir.l7.h2;

/**
 * What a peer may send before we say more, on one stream or one connection (RFC 9113 6.9). Confined to its loop.
 *
 * <p>Bytes go from {@code open} to those that somebody here still holds, then to {@code returned}, and come back to
 * {@code open} when half a window of them has gathered: so a peer cannot make us hold more than one window, and is not
 * told of every byte.
 */
public final class ReceiveWindow {
    private int size;
    private int open;
    private int returned;

    public ReceiveWindow(int size) {
        reset(size);
    }

    /** Starts on another stream. */
    public final void reset(int newSize) {
        size = newSize;
        open = newSize;
        returned = 0;
    }

    /** {@code count} bytes came; false if that is more than was allowed. */
    public boolean take(int count) {
        if (count > open) {
            return false;
        }
        open -= count;
        return true;
    }

    /** {@code count} bytes are held no longer; answers what is to be allowed anew now, often 0. */
    public int giveBack(int count) {
        returned += count;
        if (returned < (size + 1) / 2) {
            return 0;
        }
        int update = returned;
        open += update;
        returned = 0;
        return update;
    }
}
