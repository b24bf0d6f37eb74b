package io.weir.daemon.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.core.telemetry.Event;
import io.weir.core.telemetry.EventLog;
import io.weir.daemon.control.Journal;
import io.weir.net.EventLoops;
import io.weir.net.Loop;
import io.weir.net.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchdogIT {
    private final EventLog events = new EventLog(100);
    private final Journal journal = new Journal(events, InstantSource.system());
    private final EventLoops loops = EventLoops.start(Transport.NIO, 2);

    @AfterEach
    void stop() {
        loops.close();
    }

    private List<Event> told(String type, String subject) {
        return events.after(0).stream().filter(event -> event.type().equals(type) && event.subject().equals(subject)).toList();
    }

    @Test
    void aLoopThatStandsStillIsToldOfOnceWithItsStackAndSoIsItsRecovery() {
        var free = new CountDownLatch(1);
        try (var _ = Watchdog.start(loops, journal, Optional.empty())) {
            Loop second = loops.traffic().get(1);
            assertThat(second.run(() -> standStill(free))).isTrue();
            await().atMost(Duration.ofSeconds(20)).until(() -> !told("loop.stalled", "loop-1").isEmpty());
            free.countDown();
            await().atMost(Duration.ofSeconds(20)).until(() -> !told("loop.recovered", "loop-1").isEmpty());
        }
        assertThat(told("loop.stalled", "loop-1")).hasSize(1)
            .allSatisfy(event -> assertThat(event.details().get("stack")).contains("WatchdogIT.standStill"));
    }

    private static void standStill(CountDownLatch free) {
        try {
            assertThat(free.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whileMemoryRunsOutAllLoopsShedAndItIsToldOnce() {
        var heap = new double[] {0.5};
        var watchdog = new Watchdog(loops, journal, () -> List.of(Usage.ofHeap(heap[0])), System::nanoTime);
        watchdog.round();
        assertThat(loops.traffic()).noneMatch(loop -> loop.load().sheds());

        heap[0] = 0.93;
        watchdog.round();
        watchdog.round();
        assertThat(loops.traffic()).allMatch(loop -> loop.load().sheds());
        assertThat(loops.admin().load().sheds()).isFalse();
        assertThat(told("overload.began", "heap")).hasSize(1)
            .allSatisfy(event -> assertThat(event.details()).containsEntry("cause", "heap is 93 % in use"));

        heap[0] = 0.79;
        watchdog.round();
        assertThat(loops.traffic()).noneMatch(loop -> loop.load().sheds());
        assertThat(told("overload.ended", "heap")).hasSize(1)
            .allSatisfy(event -> assertThat(event.details()).containsEntry("connectionsShed", "0"));
    }
}
