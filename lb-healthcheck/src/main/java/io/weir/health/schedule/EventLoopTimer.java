package io.weir.health.schedule;

import io.netty.util.concurrent.Future;
import io.weir.net.Loop;
import java.util.concurrent.TimeUnit;

/**
 * The alarms of a Netty loop. Confined to it. They are exact to the loop's turn, where the ticks of {@link Loop#timers} are as long as the
 * shortest interval of a check; the cost of a heap of thousands is small beside that of a probe.
 */
final class EventLoopTimer implements LoopTimer {
    private final Loop loop;

    EventLoopTimer(Loop loop) {
        this.loop = loop;
    }

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public Alarm schedule(long delayNanos, Runnable task) {
        Future<?> scheduled = loop.eventLoop().schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }
}
