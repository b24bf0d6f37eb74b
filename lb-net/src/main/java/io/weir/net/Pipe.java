package io.weir.net;

/**
 * A pipe of the kernel, through which bytes go from one socket to another without passing through our memory. Confined to
 * its loop; comes from the loop's {@link PipePool} and goes back there.
 */
final class Pipe {
    private final PipePool pool;

    private final PipeCalls calls;

    private final int readEnd;

    private final int writeEnd;

    private int bytes;

    Pipe(PipePool pool, PipeCalls calls, int readEnd, int writeEnd) {
        this.pool = pool;
        this.calls = calls;
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    /**
     * Takes bytes from a socket; the pipe must be empty. Fewer than asked for does not mean that the socket is dry: a
     * pipe holds so many pieces, not so many bytes.
     *
     * @return how many, 0 for the end of the stream, or a negative errno
     */
    int fill(int socket, int most) {
        int filled = calls.splice(socket, writeEnd, most);
        bytes = Math.max(0, filled);
        return filled;
    }

    /**
     * Gives a socket what it takes.
     *
     * @return how many bytes that was, or a negative errno if it took none
     */
    int drain(int socket) {
        int taken = 0;
        while (bytes > 0) {
            int moved = calls.splice(readEnd, socket, bytes);
            if (moved <= 0) {
                return taken > 0 ? taken : moved;
            }
            bytes -= moved;
            taken += moved;
        }
        return taken;
    }

    /** Ends the use of it; what it still holds is lost. */
    void release() {
        pool.giveBack(this);
    }

    void close() {
        int _ = calls.close(readEnd);
        int _ = calls.close(writeEnd);
    }
}
