package io.weir.daemon.control;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that runs commands one after the other, now or in a while; what one of them throws does not stop it. Any thread. */
public final class CommandThread implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandThread.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final String name;
    private final ScheduledThreadPoolExecutor executor;
    private volatile @Nullable Thread thread;

    public CommandThread(String name) {
        this.name = name;
        executor = new ScheduledThreadPoolExecutor(1, this::newThread);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setRemoveOnCancelPolicy(true);
    }

    private Thread newThread(Runnable work) {
        Thread made = Thread.ofPlatform().name(name).daemon().unstarted(work);
        thread = made;
        return made;
    }

    /** Whether the caller runs on this thread. */
    boolean isHere() {
        return Thread.currentThread().equals(thread);
    }

    /** Runs {@code command} soon; false if the thread is closed and the command dropped. */
    boolean run(Runnable command) {
        try {
            executor.execute(() -> guarded(command));
            return true;
        } catch (RejectedExecutionException _) {
            return false;
        }
    }

    /** As {@link #run}, for who has no use for the answer. */
    @Override
    public void execute(Runnable command) {
        run(command);
    }

    /** Runs {@code command} after {@code delay}, unless the thread is closed by then. */
    void after(Duration delay, Runnable command) {
        try {
            var _ = executor.schedule(() -> guarded(command), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException _) {
            // closed: nothing is due any more
        }
    }

    private void guarded(Runnable command) {
        try {
            command.run();
        } catch (RuntimeException | AssertionError brokenPromise) {
            LOG.error("a command of the {} thread failed", name, brokenPromise);
        }
    }

    /** Ends after the commands that wait now; a thread that hangs is left alone after a while. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn("the {} thread did not end within {} s", name, CLOSE_TIMEOUT.toSeconds());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
