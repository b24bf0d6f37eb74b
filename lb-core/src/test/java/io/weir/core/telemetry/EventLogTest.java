package io.weir.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.core.telemetry.EventLog.Following;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private final EventLog log = new EventLog(5);

    @Test
    void theOldestFallsOutWhenItIsFull() {
        add(7);

        assertThat(ids(log.after(0))).containsExactly(3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void eventsAfterAnIdAreThoseStillKeptAboveIt() {
        assertThat(log.after(0)).isEmpty();
        add(7);

        assertThat(ids(log.after(-1))).containsExactly(3L, 4L, 5L, 6L, 7L);
        assertThat(ids(log.after(1))).containsExactly(3L, 4L, 5L, 6L, 7L);
        assertThat(ids(log.after(5))).containsExactly(6L, 7L);
        assertThat(log.after(7)).isEmpty();
        assertThat(log.after(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void aFollowerHearsOfEventsFromNowOnUntilItCloses() {
        List<Long> heard = new ArrayList<>();
        add(1);
        Following following = log.follow(event -> heard.add(event.id()));
        add(2);
        following.close();
        add(1);

        assertThat(heard).containsExactly(2L, 3L);
    }

    @Test
    void aFollowerMayStartWithKeptEvents() {
        List<Long> heard = new ArrayList<>();
        add(3);

        log.follow(1, event -> heard.add(event.id()));
        add(1);

        assertThat(heard).containsExactly(2L, 3L, 4L);
    }

    @Test
    void aFollowerMayEndItsFollowingWhenCalled() {
        List<Long> heard = new ArrayList<>();
        List<Following> following = new ArrayList<>();
        following.add(log.follow(event -> {
            heard.add(event.id());
            following.getFirst().close();
        }));

        add(3);

        assertThat(heard).containsExactly(1L);
    }

    @Test
    void aFollowingThatEndedIsSilentEvenInTheMidstOfAnEvent() {
        List<Long> heard = new ArrayList<>();
        List<Following> second = new ArrayList<>();
        log.follow(_ -> second.getFirst().close());
        second.add(log.follow(event -> heard.add(event.id())));

        add(1);

        assertThat(heard).isEmpty();
    }

    @Test
    void aFollowerThatThrowsIsDroppedAndTheOthersHearOn() throws InterruptedException {
        List<Long> heard = new ArrayList<>();
        List<Throwable> uncaught = new ArrayList<>();
        log.follow(_ -> {
            throw new IllegalStateException("broken follower");
        });
        log.follow(event -> heard.add(event.id()));
        Thread thread = Thread.ofPlatform().unstarted(() -> add(2));
        thread.setUncaughtExceptionHandler((_, failure) -> uncaught.add(failure));

        thread.start();
        thread.join();

        assertThat(heard).containsExactly(1L, 2L);
        assertThat(uncaught).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void followersSeeEveryIdOnceAndInOrderWhileSeveralThreadsAdd() throws InterruptedException {
        List<Long> early = new ArrayList<>();
        List<Long> late = new ArrayList<>();
        EventLog large = new EventLog(100_000);
        large.follow(event -> early.add(event.id()));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int j = 0; j < 5_000; j++) {
                    large.add(Instant.EPOCH, "t", "s", Map.of());
                }
            }));
        }
        large.follow(0, event -> late.add(event.id()));
        for (Thread thread : threads) {
            thread.join();
        }

        List<Long> all = LongStream.rangeClosed(1, 20_000).boxed().toList();
        assertThat(early).isEqualTo(all);
        assertThat(late).isEqualTo(all);
    }

    @Test
    void aLogThatKeepsNothingIsRefused() {
        assertThatThrownBy(() -> new EventLog(0)).hasMessage("capacity is 0, want 1 or more");
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            log.add(Instant.EPOCH, "backend.state", "shop/i-01", Map.of());
        }
    }

    private static List<Long> ids(List<Event> events) {
        return events.stream().map(Event::id).toList();
    }
}
