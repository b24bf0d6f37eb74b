package io.weir.core.snapshot;

import io.weir.core.affinity.Target;
import io.weir.core.telemetry.LoopCounter;
import org.jspecify.annotations.Nullable;

/** What affinity has come to in one pool on one loop. Written on the loop, read by any thread. */
public final class AffinityCounters {
    private final LoopCounter stayed = new LoopCounter();
    private final LoopCounter moved = new LoopCounter();
    private final LoopCounter unknown = new LoopCounter();

    void count(@Nullable Target before, Target now) {
        (before == null ? unknown : before.equals(now) ? stayed : moved).increment();
    }

    /** Picks that went where their source stays. */
    public long stayed() {
        return stayed.get();
    }

    /** Picks that could not, and moved their source. */
    public long moved() {
        return moved.get();
    }

    /** Picks of sources that were not known. */
    public long unknown() {
        return unknown.get();
    }
}
