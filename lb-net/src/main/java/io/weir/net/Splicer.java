package io.weir.net;

/**
 * Moves the bytes of bulk directions from socket to socket through a pipe, without copying them: splice(2). Confined to its
 * loop.
 */
final class Splicer {
    /** Bytes of one direction before others have their turn. */
    private static final int TURN_BYTES = 1 << 20;

    private final PipePool pool;

    Splicer(PipePool pool) {
        this.pool = pool;
    }

    /** How far it came. */
    enum Moved {
        /** Nowhere: there is no pipe. */
        NO_PIPE,
        /** All that was there is taken. */
        DRY,
        /** The receiver does not take more now, and keeps the pipe. */
        HELD_UP,
        /** Its listener has no bandwidth for more now; it goes on by itself. */
        HELD_BACK,
        /** There may be more, but it is the others' turn. */
        TURN_OVER,
        /** All is taken, and the end of the stream was received. */
        ENDED,
        SENDER_BROKEN,
        RECEIVER_BROKEN
    }

    /** Moves what there is; the receiver must be keeping nothing. */
    Moved move(EpollRelay relay, EpollSide from, EpollSide to) {
        Pipe pipe = pool.take();
        if (pipe == null) {
            return Moved.NO_PIPE;
        }
        for (int left = TURN_BYTES; left > 0;) {
            if (from.isHeldBack()) {
                pipe.release();
                return Moved.HELD_BACK;
            }
            int filled = pipe.fill(from.intValue(), from.bulk.atOnce());
            if (filled <= 0) {
                pipe.release();
                return nothing(filled);
            }
            left -= filled;
            relay.spliced(from, filled);
            int taken = pipe.drain(to.intValue());
            if (taken < 0 && taken != SocketCalls.EAGAIN) {
                pipe.release();
                return Moved.RECEIVER_BROKEN;
            }
            if (!pipe.isEmpty()) {
                from.bulk.heldUp();
                to.keep(pipe);
                return Moved.HELD_UP;
            }
            from.bulk.keptUp();
        }
        pipe.release();
        return Moved.TURN_OVER;
    }

    private static Moved nothing(int result) {
        return switch (result) {
            case 0 -> Moved.ENDED;
            case SocketCalls.EAGAIN -> Moved.DRY;
            default -> Moved.SENDER_BROKEN;
        };
    }

    /** Closes the pipes; called when the loop has ended. */
    void close() {
        pool.close();
    }
}
