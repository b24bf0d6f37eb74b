package io.weir.net;

import io.netty.channel.uring.IoUringIoOps;

/**
 * Submissions to io_uring; Netty keeps its own factories of them to itself. Their fields and flags are those of
 * io_uring_enter(2). Any thread.
 */
final class UringOps {
    static final byte POLL_ADD = 6;

    private static final byte ASYNC_CANCEL = 14;

    static final byte CONNECT = 16;

    static final byte SEND = 26;

    static final byte RECEIVE = 27;

    /** poll(2): something can be read. */
    static final int POLL_IN = 0x1;

    /** poll(2): urgent bytes are there. */
    static final int POLL_URGENT = 0x2;

    /** poll(2): bytes are taken. */
    static final int POLL_OUT = 0x4;

    /** poll(2): the end of the stream, an error or nothing more stands behind what can be received. */
    static final int POLL_END = 0x2000 | 0x10 | 0x8;

    /** poll(2): only what is always told, errors and a connection that is gone. */
    static final int POLL_ERRORS = 0;

    /** A completion's flag: others of the same submission follow. */
    static final int MORE_COMPLETIONS = 0x2;

    /** A receive's flag: the socket has more. */
    static final int MORE_BYTES = 0x4;

    private static final int POLL_MULTISHOT = 0x1;

    private static final int CANCEL_ALL = 0x1;

    private static final int CANCEL_DESCRIPTOR = 0x2;

    private static final short POLL_FIRST = 0x1;

    private static final int MSG_NOSIGNAL = 0x4000;

    private UringOps() {}

    /** Connects to the sockaddr at {@code address}, which has to stay there until the ring is submitted. */
    static IoUringIoOps connect(int fd, long address, int addressBytes) {
        return ops(CONNECT, (short) 0, fd, addressBytes, address, 0, 0, (short) 0);
    }

    /** @param isDry whether nothing is there yet, so that trying before waiting would be in vain */
    static IoUringIoOps receive(int fd, long address, int bytes, boolean isDry) {
        return ops(RECEIVE, isDry ? POLL_FIRST : 0, fd, 0, address, bytes, 0, (short) 0);
    }

    /** Completes when something is sent, but maybe not all. */
    static IoUringIoOps send(int fd, long address, int bytes) {
        return ops(SEND, (short) 0, fd, 0, address, bytes, MSG_NOSIGNAL, (short) 0);
    }

    /** Completes once when one of {@code events} of poll(2) is there; {@code data} tells its completion from others. */
    static IoUringIoOps poll(int fd, int events, short data) {
        return ops(POLL_ADD, (short) 0, fd, 0, 0, 0, events, data);
    }

    /** Completes at each new event, until it is cancelled or a completion has no {@link #MORE_COMPLETIONS}. */
    static IoUringIoOps pollAgainAndAgain(int fd, int events, short data) {
        return ops(POLL_ADD, (short) 0, fd, 0, 0, POLL_MULTISHOT, events, data);
    }

    /** Cancels what {@code submission}, the answer to its submission, names. */
    static IoUringIoOps cancel(long submission) {
        return ops(ASYNC_CANCEL, (short) 0, -1, 0, submission, 0, 0, (short) 0);
    }

    /** Cancels all that waits for a descriptor. */
    static IoUringIoOps cancelAll(int fd) {
        return ops(ASYNC_CANCEL, (short) 0, fd, 0, 0, 0, CANCEL_ALL | CANCEL_DESCRIPTOR, (short) 0);
    }

    private static IoUringIoOps ops(
            byte opcode, short priority, int fd, long offset, long address, int length, int flags, short data) {
        return new IoUringIoOps(opcode, (byte) 0, priority, fd, offset, address, length, flags, (long) data, (short) 0, (short) 0, 0, 0);
    }
}
