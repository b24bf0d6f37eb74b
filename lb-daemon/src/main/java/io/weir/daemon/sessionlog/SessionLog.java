package io.weir.daemon.sessionlog;

import io.weir.core.model.SessionLogging;
import io.weir.net.session.SessionEnd;
import io.weir.net.session.SessionSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for each session that has ended. Any thread may hand in; nobody ever waits, not even to wake the thread that writes: that looks by itself
 * ten times a second. What does not fit into the queue, or onto the disk, is dropped and counted.
 */
public final class SessionLog implements SessionSink, AutoCloseable {
    static final int CAPACITY = 1 << 15;

    private static final Logger LOG = LoggerFactory.getLogger(SessionLog.class);
    private static final Duration PAUSE = Duration.ofMillis(100);
    /** Lines that are written in one piece. */
    private static final int BATCH = 512;
    private static final int BATCH_BYTES = 1 << 18;

    private final MpscAtomicArrayQueue<SessionEnd> queue = new MpscAtomicArrayQueue<>(CAPACITY);
    private final LongAdder dropped = new LongAdder();
    private final RotatingFile file;
    private final InstantSource clock;
    private final Thread writer;
    private volatile boolean reopening;
    private volatile boolean closing;
    private boolean failing;

    private SessionLog(RotatingFile file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
        this.writer = Thread.ofPlatform().name("session-log").unstarted(this::run);
    }

    /** @throws IOException if the file cannot be opened */
    public static SessionLog open(SessionLogging settings, InstantSource clock) throws IOException {
        var log = new SessionLog(new RotatingFile(settings), clock);
        log.writer.start();
        return log;
    }

    @Override
    public void ended(SessionEnd end) {
        if (!queue.offer(end)) {
            dropped.increment();
        }
    }

    /** Sessions whose line was not written. */
    public long dropped() {
        return dropped.sum();
    }

    /** Opens the file by its name again, for who has moved it away. */
    public void reopen() {
        reopening = true;
        LockSupport.unpark(writer);
    }

    private void run() {
        while (true) {
            boolean last = closing;
            if (reopening) {
                reopening = false;
                attempt(0, file::reopen);
            }
            boolean more = true;
            while (more) {
                more = writeBatch();
            }
            if (last) {
                return;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** False when nothing is left. */
    private boolean writeBatch() {
        var lines = new StringBuilder();
        int count = 0;
        while (count < BATCH && lines.length() < BATCH_BYTES) {
            SessionEnd end = queue.poll();
            if (end == null) {
                break;
            }
            lines.append(SessionLine.of(end, clock.instant()));
            count++;
        }
        if (count > 0) {
            attempt(count, () -> file.append(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII))));
        }
        return count > 0;
    }

    /** Says once that the disk fails, and once that it works again. */
    private void attempt(int lines, Writing writing) {
        try {
            writing.write();
            if (failing) {
                LOG.warn("the session log is written again; {} sessions were dropped so far", dropped());
            }
            failing = false;
        } catch (IOException e) {
            dropped.add(lines);
            if (!failing) {
                LOG.error("the session log cannot be written: {}", e.toString());
            }
            failing = true;
        }
    }

    @FunctionalInterface
    private interface Writing {
        void write() throws IOException;
    }

    /** Writes what has been handed in. */
    @Override
    public void close() throws IOException {
        closing = true;
        LockSupport.unpark(writer);
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }
}
