package io.weir.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A child process whose output a test can wait for and that is gone when the test is: {@link #close} kills it, and so does the end of
 * this JVM. Any thread may call it.
 */
public final class ManagedProcess implements AutoCloseable {
    /** Output beyond this is read and thrown away, so that a chatty child neither blocks nor fills the heap. */
    private static final int KEPT_LINES = 20_000;

    private final Process process;
    private final Thread killAtExit;
    private final List<String> lines = new ArrayList<>();
    private final CountDownLatch outputEnded = new CountDownLatch(1);

    private ManagedProcess(Process process) {
        this.process = process;
        this.killAtExit = new Thread(process::destroyForcibly, "kill-" + process.pid());
    }

    /** Starts {@code command} in this process's folder. */
    public static ManagedProcess start(String... command) {
        return start(List.of(command), Path.of("").toAbsolutePath(), Map.of());
    }

    /** Starts {@code command} with standard output and error merged and {@code environment} added to this process's own. */
    public static ManagedProcess start(List<String> command, Path folder, Map<String, String> environment) {
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            var managed = new ManagedProcess(builder.start());
            Runtime.getRuntime().addShutdownHook(managed.killAtExit);
            Thread.ofVirtual().name("output-" + managed.pid()).start(managed::readOutput);
            return managed;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** All lines printed so far. */
    public List<String> output() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** The first line that {@code wanted} accepts, past or to come. */
    public String awaitLine(Predicate<String> wanted, Duration limit) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        synchronized (lines) {
            for (int next = 0;; next++) {
                while (next == lines.size()) {
                    waitForMore(deadlineNanos, limit);
                }
                if (wanted.test(lines.get(next))) {
                    return lines.get(next);
                }
            }
        }
    }

    /** Sends the signal with this name without SIG, such as STOP, CONT or TERM. */
    public void signal(String name) throws InterruptedException {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start().waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + name + " " + pid() + " exited with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL, and waits until the process is gone. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** The exit code, once the process has ended and all of its output was read. */
    public int awaitExit(Duration limit) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        boolean ended = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)
                && outputEnded.await(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (!ended) {
            throw new AssertionError("still running after " + limit + ", its output:\n" + String.join("\n", output()));
        }
        return process.exitValue();
    }

    /** Kills the process and those that it started. */
    @Override
    public void close() {
        List<ProcessHandle> descendants = process.descendants().toList();
        kill();
        descendants.forEach(ProcessHandle::destroyForcibly);
        try {
            Runtime.getRuntime().removeShutdownHook(killAtExit);
        } catch (IllegalStateException _) {
            // this JVM is going down and the hook runs anyway
        }
    }

    private void waitForMore(long deadlineNanos, Duration limit) throws InterruptedException {
        long leftNanos = deadlineNanos - System.nanoTime();
        if (leftNanos <= 0 || outputEnded.getCount() == 0) {
            throw new AssertionError((leftNanos <= 0 ? "no such line within " + limit : "the output ended without such a line")
                    + ", the output:\n" + String.join("\n", lines));
        }
        TimeUnit.NANOSECONDS.timedWait(lines, leftNanos);
    }

    private void readOutput() {
        try (var reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                keep(line);
            }
        } catch (IOException _) {
            // a killed child closes its end in the middle of a line
        } finally {
            synchronized (lines) {
                outputEnded.countDown();
                lines.notifyAll();
            }
        }
    }

    private void keep(String line) {
        synchronized (lines) {
            if (lines.size() < KEPT_LINES) {
                lines.add(line);
                lines.notifyAll();
            }
        }
    }
}
