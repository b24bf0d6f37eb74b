package io.weir.net;

import io.netty.channel.Channel;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts a loop's turns, one for each time that it asks the kernel for events, and has the loop's clock move on with each.
 * Confined to the loop. The events of a turn were collected when it began; a descriptor that is registered during the turn may have the number of one that was
 * closed in it, and then gets the events that were meant for that one. Who writes down the turn of its registration
 * knows these: they arrive in the same turn.
 *
 * <p>It also runs, once a turn and after its events, what was put off to let those have their turn. A task of the loop would not do for
 * that: one that puts itself off again is run again before the loop asks for events, for up to a second.
 */
final class TurnClock implements IoHandler {
    private static final Logger LOG = LoggerFactory.getLogger(TurnClock.class);

    private final IoHandler handler;

    private final PutOff putOff = new PutOff();

    private long turn;

    private Runnable first = () -> {
    };

    private boolean closesHandles;

    TurnClock(IoHandler handler) {
        this.handler = handler;
    }

    long turn() {
        return turn;
    }

    /** Does {@code work} at the beginning of each turn, before its events are asked for. */
    void beginTurnsWith(Runnable work) {
        first = work;
    }

    @Override
    public int run(IoHandlerContext context) {
        turn++;
        first.run();
        int handled = handler.run(putOff.within(context));
        putOff.run();
        return handled;
    }

    /** Runs {@code work} once, after the events of this turn, or of the next one if those have had their turn. */
    void putOff(Runnable work) {
        putOff.work.add(work);
    }

    @Override
    public void initialize() {
        handler.initialize();
    }

    @Override
    public void prepareToDestroy() {
        closesHandles = true;
        handler.prepareToDestroy();
    }

    /** A loop that is told to shut down late in a turn ends with it, without {@link #prepareToDestroy}: handles would stay open. */
    @Override
    public void destroy() {
        if (!closesHandles) {
            handler.prepareToDestroy();
        }
        handler.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        IoRegistration registration = handler.register(handle);
        boolean epollChannel = handle instanceof EpollIoHandle && handle instanceof Channel.Unsafe;
        return epollChannel ? new LastingRegistration(registration) : registration;
    }

    @Override
    public void wakeup() {
        handler.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return handler.isCompatible(handleType);
    }

    /** What was put off; a loop that has such work does not wait for events. */
    private static final class PutOff implements IoHandlerContext {
        private final ArrayDeque<Runnable> work = new ArrayDeque<>();

        /** The loop's own answers; one object for all turns, since it is asked for in each. */
        private IoHandlerContext loop = this;

        IoHandlerContext within(IoHandlerContext context) {
            loop = context;
            return this;
        }

        /** Runs what is there now: what is put off again meanwhile waits for the next turn. */
        void run() {
            for (int due = work.size(); due > 0; due--) {
                run(work.remove());
            }
        }

        /** A failure that came out of here would end the loop's thread. */
        private static void run(Runnable work) {
            try {
                work.run();
            } catch (Throwable failure) {
                LOG.error("work that was put off failed", failure);
            }
        }

        @Override
        public boolean canBlock() {
            return work.isEmpty() && loop.canBlock();
        }

        @Override
        public long delayNanos(long nowNanos) {
            return loop.delayNanos(nowNanos);
        }

        @Override
        public long deadlineNanos() {
            return loop.deadlineNanos();
        }

        @Override
        public boolean shouldReportActiveIoTime() {
            return loop.shouldReportActiveIoTime();
        }

        @Override
        public void reportActiveIoTime(long nanos) {
            loop.reportActiveIoTime(nanos);
        }
    }
}
