package io.weir.health.schedule;

import io.weir.core.health.ProbeOutcome;
import io.weir.core.telemetry.LoopCounter;

/** What the probe loop has done. It writes; any thread may read. */
public final class ProbeCounters {
    private final LoopCounter succeeded = new LoopCounter();
    private final LoopCounter failed = new LoopCounter();
    private final LoopCounter notTried = new LoopCounter();
    private final LoopCounter waited = new LoopCounter();
    private final LoopCounter lateNanos = new LoopCounter();

    void count(ProbeOutcome outcome) {
        switch (outcome) {
            case ProbeOutcome.Success _ -> succeeded.increment();
            case ProbeOutcome.Failure _ -> failed.increment();
            case ProbeOutcome.NotTried _ -> notTried.increment();
        }
    }

    void countWait() {
        waited.increment();
    }

    void countLate(long nanos) {
        lateNanos.add(nanos);
    }

    public long succeeded() {
        return succeeded.get();
    }

    public long failed() {
        return failed.get();
    }

    /** Probes that this node had no socket for. */
    public long notTried() {
        return notTried.get();
    }

    /** Probes that began late because as many as may be open at once were open. */
    public long waited() {
        return waited.get();
    }

    /** How much later than they were due all probes together began. */
    public long lateNanos() {
        return lateNanos.get();
    }
}
