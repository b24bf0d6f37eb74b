package io.weir.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TurnClockTest {
    private final List<String> story = new ArrayList<>();

    private final TurnClock clock = new TurnClock(new Telling());

    private final IoHandlerContext idleLoop = new IdleLoop();

    @Test
    void aLoopWithoutWorkMayWaitForEvents() {
        clock.run(idleLoop);

        assertEquals(List.of("waits for events"), story);
    }

    @Test
    void whatWasPutOffRunsOnceAfterTheEventsOfATurnThatDoesNotWait() {
        clock.putOff(() -> story.add("work"));

        clock.run(idleLoop);
        clock.run(idleLoop);

        assertEquals(List.of("looks for events", "work", "waits for events"), story);
    }

    @Test
    void eventsHaveTheirTurnBeforeWorkThatPutsItselfOffAgain() {
        clock.putOff(new Runnable() {
            private int left = 2;

            @Override
            public void run() {
                story.add("work");
                if (--left > 0) {
                    clock.putOff(this);
                }
            }
        });

        clock.run(idleLoop);
        clock.run(idleLoop);
        clock.run(idleLoop);

        assertEquals(List.of("looks for events", "work", "looks for events", "work", "waits for events"), story);
    }

    @Test
    void workThatFailsDoesNotKeepTheRestFromRunning() {
        clock.putOff(() -> {
            throw new IllegalStateException("on purpose");
        });
        clock.putOff(() -> story.add("work"));

        clock.run(idleLoop);

        assertEquals(List.of("looks for events", "work"), story);
    }

    @Test
    void handlesAreClosedBeforeTheEndThoughNobodyAskedForIt() {
        clock.destroy();

        assertEquals(List.of("closes handles", "ends"), story);
    }

    @Test
    void handlesAreClosedOnce() {
        clock.prepareToDestroy();
        clock.destroy();

        assertEquals(List.of("closes handles", "ends"), story);
    }

    /** Notes whether it was allowed to wait. */
    private final class Telling implements IoHandler {
        @Override
        public int run(IoHandlerContext context) {
            story.add(context.canBlock() ? "waits for events" : "looks for events");
            return 0;
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void prepareToDestroy() {
            story.add("closes handles");
        }

        @Override
        public void destroy() {
            story.add("ends");
        }

        @Override
        public void wakeup() {}

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return true;
        }
    }

    /** Has no tasks and no timers. */
    private static final class IdleLoop implements IoHandlerContext {
        @Override
        public boolean canBlock() {
            return true;
        }

        @Override
        public long delayNanos(long nowNanos) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return -1;
        }
    }
}
