package io.weir.health.probe;

import io.netty.util.concurrent.Future;
import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.net.Loop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one judgement of one probe, and the deadline that runs until it. What comes after the first is ignored. Confined to the probe loop. */
final class Verdict {
    private final Loop loop;
    private final Prober.Listener listener;
    private final long startedNanos = System.nanoTime();
    private @Nullable Future<?> deadline;
    private boolean given;

    Verdict(Loop loop, Prober.Listener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    /** Runs {@code over} unless the verdict is given before. */
    void within(Duration timeout, Runnable over) {
        deadline = loop.eventLoop().schedule(over, timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    boolean given() {
        return given;
    }

    long startedNanos() {
        return startedNanos;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    void pass() {
        give(new ProbeOutcome.Success(startedNanos, elapsed()));
    }

    void fail(Cause cause, String detail) {
        give(new ProbeOutcome.Failure(startedNanos, cause, detail));
    }

    /** The fault is on our side. */
    void notTried(String detail) {
        give(new ProbeOutcome.NotTried(startedNanos, detail));
    }

    void give(ProbeOutcome outcome) {
        if (given) {
            return;
        }
        drop();
        listener.judged(outcome);
    }

    /** There will be no judgement. */
    void drop() {
        given = true;
        Future<?> running = deadline;
        if (running != null) {
            var _ = running.cancel(false);
            deadline = null;
        }
    }
}
