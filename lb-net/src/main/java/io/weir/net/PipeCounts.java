package io.weir.net;

import io.weir.core.telemetry.LoopCounter;

/** The pipes of one loop. Written on the loop, read anywhere. */
public final class PipeCounts {
    private final LoopCounter open = new LoopCounter();

    private final LoopCounter inUse = new LoopCounter();

    private final LoopCounter shortages = new LoopCounter();

    /** Pipes that are open, two descriptors each. */
    public LoopCounter open() {
        return open;
    }

    /** Those of them that hold bytes which a slow receiver has not taken yet. */
    public LoopCounter inUse() {
        return inUse;
    }

    /** How often bytes were copied because there was no pipe for them. */
    public LoopCounter shortages() {
        return shortages;
    }
}
