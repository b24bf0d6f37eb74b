package io.weir.net;

/**
 * Moves the bytes of bulk directions from socket to socket through a pipe, without copying them: splice(2). Confined to its
 * loop.
 */
final class Splicer {
    /** Bytes of one direction before others have their turn. */
    private static final int TURN_BYTES = 1 << 20;

    private final PipePool pool;

    private final Gatherer gatherer;

    /** One direction of a connection. */
    interface Direction {
        /** The socket that it begins at. */
        int sender();

        /** The socket that it ends at. */
        int receiver();

        /** Whether the sender is the client. */
        boolean ofClient();

        BulkStreak bulk();

        /** Whether its connection is closed. */
        boolean isOver();

        /** Whether its listener has no bandwidth for it now; then it goes on by itself. */
        boolean isHeldBack();

        /** Bytes of the sender are in a pipe. */
        void spliced(int bytes);

        /** The receiver does not take what is in the pipe now: keeps it until it does. */
        void heldUp(Pipe pipe);
    }

    Splicer(PipePool pool, Gatherer gatherer) {
        this.pool = pool;
        this.gatherer = gatherer;
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
    Moved move(Direction direction) {
        Pipe pipe = pool.take();
        if (pipe == null) {
            return Moved.NO_PIPE;
        }
        int moved = 0;
        Moved outcome = Moved.TURN_OVER;
        while (outcome == Moved.TURN_OVER && moved < TURN_BYTES) {
            if (direction.isHeldBack()) {
                outcome = Moved.HELD_BACK;
            } else {
                int filled = pipe.fill(direction.sender(), direction.bulk().atOnce());
                moved += Math.max(0, filled);
                outcome = filled > 0 ? passOn(pipe, direction, filled) : nothing(filled);
            }
        }
        if (outcome == Moved.HELD_UP) {
            direction.heldUp(pipe);
        } else {
            pipe.release();
        }
        if (moved > 0) {
            gatherer.moved(direction, moved);
        }
        return outcome;
    }

    private static Moved passOn(Pipe pipe, Direction direction, int filled) {
        direction.spliced(filled);
        int taken = pipe.drain(direction.receiver());
        if (taken < 0 && taken != SocketCalls.EAGAIN) {
            return Moved.RECEIVER_BROKEN;
        }
        if (!pipe.isEmpty()) {
            direction.bulk().heldUp();
            return Moved.HELD_UP;
        }
        direction.bulk().keptUp();
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
