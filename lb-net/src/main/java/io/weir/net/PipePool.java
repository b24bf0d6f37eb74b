package io.weir.net;

import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The pipes of one loop, used again and again: a direction of a connection has one only while bytes are in it. Confined to
 * its loop.
 *
 * <p>They are bounded because each takes two descriptors, and because the kernel does not account what they hold to the
 * memory of TCP. Without a pipe bytes are copied.
 */
final class PipePool {
    /** Pipes of one loop: as many directions may have a receiver that does not keep up and still not be copied. */
    static final int MOST = 256;

    /** Pipes kept open while nobody has bytes in them. */
    static final int MOST_SPARE = 16;

    private static final int WANTED_BYTES = 1 << 20;

    /** The least that is of use; a user who has used up his share of pipes gets two pages: pipe(7). */
    private static final int LEAST_BYTES = 64 << 10;

    /** How long nothing is tried after the kernel has refused a pipe. */
    private static final long REST_TICKS = TimerWheel.ticksFor(Duration.ofSeconds(1));

    private final Loop loop;

    private final PipeCalls calls;

    private final PipeCounts counts;

    private final ArrayDeque<Pipe> spare = new ArrayDeque<>();

    private long restUntilTick;

    PipePool(Loop loop, PipeCalls calls) {
        this.loop = loop;
        this.calls = calls;
        this.counts = loop.pipeCounts();
    }

    /** An empty pipe, or null if there is none to be had. */
    @Nullable
    Pipe take() {
        Pipe pipe = spare.poll();
        if (pipe == null) {
            pipe = counts.open().get() < MOST && loop.ticks() >= restUntilTick ? open() : null;
        }
        if (pipe == null) {
            counts.shortages().increment();
        } else {
            counts.inUse().increment();
        }
        return pipe;
    }

    private @Nullable Pipe open() {
        if (calls.open() < 0) {
            restUntilTick = loop.ticks() + REST_TICKS;
            return null;
        }
        Pipe pipe = new Pipe(this, calls, calls.readEnd(), calls.writeEnd());
        boolean ofReserve = DescriptorReserve.holds(Math.max(calls.readEnd(), calls.writeEnd()));
        if (ofReserve || calls.resize(calls.writeEnd(), WANTED_BYTES) < LEAST_BYTES) {
            restUntilTick = loop.ticks() + REST_TICKS;
            pipe.close();
            return null;
        }
        counts.open().increment();
        return pipe;
    }

    /** Takes a pipe back; one that holds bytes is closed with them. */
    void giveBack(Pipe pipe) {
        counts.inUse().add(-1);
        if (pipe.isEmpty() && spare.size() < MOST_SPARE) {
            spare.push(pipe);
        } else {
            close(pipe);
        }
    }

    private void close(Pipe pipe) {
        counts.open().add(-1);
        pipe.close();
    }

    /** Closes what is spare; called when the loop has ended. */
    void close() {
        for (Pipe pipe = spare.poll(); pipe != null; pipe = spare.poll()) {
            close(pipe);
        }
    }
}
