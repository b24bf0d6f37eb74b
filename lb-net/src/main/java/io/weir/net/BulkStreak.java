package io.weir.net;

import io.weir.core.model.Offload;
import org.jspecify.annotations.Nullable;

/**
 * Whether one direction of a connection is bulk, and how much of it may be on its way through a pipe. Confined to the loop
 * of its connection; asks nobody.
 *
 * <p>A pipe costs more system calls than a buffer, and so it pays only for long receives: a direction is bulk after
 * {@link #PROOF_BYTES} of them, from which each short one takes {@link #SHORT_COSTS_BYTES} back, and no more when short ones have
 * taken all of it back. How much a pipe may take at once doubles each time that the receiver has
 * taken all of it, and is halved when it has not: it follows what the receiver takes, and what waits in the kernel for a slow one is
 * bounded.
 */
final class BulkStreak {
    static final int LONG_RECEIVE = 4 << 10;

    static final int PROOF_BYTES = 256 << 10;

    static final int SHORT_COSTS_BYTES = 16 << 10;

    static final int LEAST_AT_ONCE = EpollRelayLoop.BUFFER_BYTES;

    static final int MOST_AT_ONCE = 1 << 20;

    private static final int NEVER = Integer.MAX_VALUE;

    private int neededBytes = NEVER;

    private int streakBytes;

    private boolean bulk;

    private boolean urgent;

    private boolean known;

    private int atOnce = LEAST_AT_ONCE;

    /** Made when it is bulk for the first time: most directions never are. */
    private @Nullable BulkBurst burst;

    /** Begins; before this, nothing is bulk. */
    void begin(Offload offload) {
        neededBytes = urgent ? NEVER : switch (offload) {
            case AUTO -> PROOF_BYTES;
            case SPLICE -> LONG_RECEIVE;
            case OFF -> NEVER;
        };
    }

    /** Copies from now on: splice(2) does not get past urgent bytes. */
    void urgent() {
        urgent = true;
        neededBytes = NEVER;
        bulk = false;
    }

    void received(int bytes) {
        if (bytes >= LONG_RECEIVE) {
            streakBytes = Math.min(PROOF_BYTES, streakBytes + bytes);
            bulk |= streakBytes >= neededBytes;
        } else {
            streakBytes = Math.max(0, streakBytes - SHORT_COSTS_BYTES);
            bulk &= streakBytes > 0;
        }
    }

    boolean isBulk() {
        return bulk;
    }

    /** Whether it is bulk for the first time. */
    boolean isNew() {
        boolean first = !known;
        known = true;
        return first;
    }

    /** How fast it moves, once it is bulk. */
    BulkBurst burst() {
        BulkBurst known = burst == null ? new BulkBurst() : burst;
        burst = known;
        return known;
    }

    /** Bytes that a pipe may take at once. */
    int atOnce() {
        return atOnce;
    }

    /** The receiver has taken all that was in the pipe. */
    void keptUp() {
        atOnce = Math.min(MOST_AT_ONCE, atOnce << 1);
    }

    /** It has not. */
    void heldUp() {
        atOnce = Math.max(LEAST_AT_ONCE, atOnce >> 1);
    }
}
