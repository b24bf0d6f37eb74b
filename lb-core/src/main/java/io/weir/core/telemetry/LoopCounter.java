package io.weir.core.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A count that one event loop writes and any thread may read. A plain add and an opaque store: no fence, no lock prefix. */
public final class LoopCounter {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(LoopCounter.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long value;

    /** On the owning loop only. */
    public void add(long delta) {
        VALUE.setOpaque(this, value + delta);
    }

    /** On the owning loop only. */
    public void increment() {
        VALUE.setOpaque(this, value + 1);
    }

    /** Any thread; may be a moment old. */
    public long get() {
        return (long) VALUE.getOpaque(this);
    }
}
