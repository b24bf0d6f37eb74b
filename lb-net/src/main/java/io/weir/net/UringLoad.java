package io.weir.net;

import org.jspecify.annotations.Nullable;

/**
 * What one direction on io_uring has received and is yet to send, and the memory for it: none while nothing is there and
 * nothing is awaited with a buffer, more for a direction that fills what it gets. Confined to its loop.
 */
final class UringLoad {
    private final RelayBuffers buffers;

    private @Nullable RelayBuffer buffer;

    /** Where in the buffer the bytes begin that are yet to be sent, and where they end. */
    private int sent;

    private int filled;

    /** Whether the last receive filled a small buffer. */
    private boolean fills;

    UringLoad(RelayBuffers buffers) {
        this.buffers = buffers;
    }

    /** Memory to wait with for as long as it takes; null if there is none to spare. */
    @Nullable
    RelayBuffer toWaitWith() {
        fit();
        if (buffer == null) {
            buffer = buffers.small();
        }
        return buffer;
    }

    /** Memory for bytes that are there. */
    RelayBuffer now() {
        fit();
        RelayBuffer fitting = buffer == null ? buffers.smallNow() : buffer;
        buffer = fitting;
        return fitting;
    }

    /** Changes a small buffer for a large one, or back, if the last receive suggests it and there is one. */
    private void fit() {
        boolean large = buffer != null && buffer.bytes() == RelayBuffers.LARGE;
        if (large && !fills) {
            release();
        } else if (fills && !large) {
            RelayBuffer larger = buffers.large();
            if (larger != null) {
                release();
                buffer = larger;
            }
        }
    }

    /** So many bytes were received. */
    void received(int bytes) {
        fills = bytes >= RelayBuffers.SMALL;
        sent = 0;
        filled = bytes;
    }

    /** Bytes of ours, at the start of a buffer. */
    void begin(RelayBuffer first, int bytes) {
        buffer = first;
        received(bytes);
    }

    /** So many were sent. */
    void sent(int bytes) {
        sent += bytes;
    }

    boolean isSent() {
        return sent == filled;
    }

    /** Where the bytes that are yet to be sent begin. */
    long address() {
        RelayBuffer full = buffer;
        if (full == null) {
            throw new IllegalStateException("there is nothing to send");
        }
        return full.address() + sent;
    }

    int bytes() {
        return filled - sent;
    }

    /** Gives the memory back; the kernel must not refer to it. */
    void release() {
        RelayBuffer unused = buffer;
        if (unused != null) {
            buffer = null;
            buffers.giveBack(unused);
        }
    }
}
