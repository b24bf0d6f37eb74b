package io.weir.daemon;

import io.weir.daemon.control.Control;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a daemon ends: it is told to, or replaced by another process, and its connections have a while to end first. Any thread. */
final class Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);
    private static final Duration CHECK = Duration.ofMillis(50);

    private final Control control;
    private final AtomicBoolean ready;
    private final Duration grace;
    private final Runnable close;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final AtomicBoolean draining = new AtomicBoolean();

    /**
     * Of a daemon that runs.
     *
     * @param ready whether it serves; not from the moment on at which it is told to end
     * @param grace how long connections may live on
     * @param close ends everything
     */
    Ending(Control control, AtomicBoolean ready, Duration grace, Runnable close) {
        this.control = control;
        this.ready = ready;
        this.grace = grace;
        this.close = close;
    }

    /** Waits for the end; the first signal lets connections end, the second one does not wait for them. */
    int await(EndSignals signals, Runnable onTold) {
        signals.act(told -> {
            if (told == 1) {
                begin(onTold);
            } else {
                LOG.warn("told to end a second time: ends at once");
                exit.complete(EndSignals.ENDED_AT_ONCE);
            }
        });
        return exit.join();
    }

    /** Begins to end, unless that has begun; {@code first} is done before, on the thread that drains. Returns at once. */
    void begin(Runnable first) {
        if (draining.compareAndSet(false, true)) {
            Thread.ofPlatform().name("drain").start(() -> {
                first.run();
                exit.complete(drain());
            });
        }
    }

    private int drain() {
        LOG.info("drains: accepts no more, {} connections have {} s to end", control.connections(), grace.toSeconds());
        ready.set(false);
        long deadlineNanos = System.nanoTime() + grace.toNanos();
        control.drain(grace).join();
        while (control.connections() > 0 && System.nanoTime() - deadlineNanos < 0) {
            LockSupport.parkNanos(CHECK.toNanos());
        }
        LOG.info("ends with {} connections left", control.connections());
        close.run();
        return 0;
    }
}
