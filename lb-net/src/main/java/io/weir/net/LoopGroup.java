package io.weir.net;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Loops of one purpose, made and shut down together. Immutable once made. */
final class LoopGroup {
    private final MultiThreadIoEventLoopGroup group;

    private final List<Loop> loops;

    private LoopGroup(MultiThreadIoEventLoopGroup group, List<Loop> loops) {
        this.group = group;
        this.loops = loops;
    }

    /** Makes the loops and starts their threads one after the other, so that the thread of loop N is named for N. */
    static LoopGroup start(Transport transport, int count, IntFunction<String> nameByIndex) {
        Clocks clocks = new Clocks(transport.ioHandlerFactory());
        AtomicInteger threads = new AtomicInteger();
        ThreadFactory threadFactory = task -> new FastThreadLocalThread(task, nameByIndex.apply(threads.getAndIncrement()));
        var group = new MultiThreadIoEventLoopGroup(count, threadFactory, clocks);
        List<Loop> loops = new ArrayList<>(count);
        for (EventExecutor executor : group) {
            IoEventLoop eventLoop = (IoEventLoop) executor;
            int index = loops.size();
            Loop loop = new Loop(index, nameByIndex.apply(index), transport, eventLoop, clocks.of(eventLoop));
            eventLoop.submit(loop::startTimers).syncUninterruptibly();
            loops.add(loop);
        }
        return new LoopGroup(group, List.copyOf(loops));
    }

    List<Loop> loops() {
        return loops;
    }

    /**
     * A loop that is told to end while it runs tasks, and has nothing to wait for, ends with them: what its channels hold would be closed when no
     * task can run any more that gives it back. So each is told right after its events, where it still closes its channels and runs what follows.
     */
    Future<?> shutDown(long timeoutMillis) {
        loops.forEach(loop -> loop.run(() -> loop.putOff(() -> {
            var _ = loop.eventLoop().shutdownGracefully(0, timeoutMillis, TimeUnit.MILLISECONDS);
        })));
        return group.terminationFuture();
    }

    /** Puts a clock in front of each loop's handler, and remembers which. */
    private static final class Clocks implements IoHandlerFactory {
        private final IoHandlerFactory factory;

        private final Map<ThreadAwareExecutor, TurnClock> clockByLoop = new HashMap<>();

        Clocks(IoHandlerFactory factory) {
            this.factory = factory;
        }

        @Override
        public IoHandler newHandler(ThreadAwareExecutor executor) {
            TurnClock clock = new TurnClock(factory.newHandler(executor));
            clockByLoop.put(executor, clock);
            return clock;
        }

        /** Loops stay on their threads, and so nobody measures how busy they are twice a turn. */
        @Override
        public boolean isChangingThreadSupported() {
            return false;
        }

        TurnClock of(ThreadAwareExecutor eventLoop) {
            TurnClock clock = clockByLoop.get(eventLoop);
            if (clock == null) {
                throw new IllegalStateException("no handler was made for " + eventLoop);
            }
            return clock;
        }
    }
}
