package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TimerWheelTest {
    private final TimerWheel wheel = new TimerWheel(0);

    private final List<String> expired = new ArrayList<>();

    private final class Named extends Deadline {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        protected void expired() {
            expired.add(name);
        }
    }

    private void advanceTo(Duration now) {
        wheel.moveTo(now.toNanos());
        wheel.expire();
    }

    @Test
    void aDeadlineExpiresNotBeforeItsTimeAndAtMostOneTickAfter() {
        advanceTo(Duration.ofMillis(150));
        wheel.schedule(new Named("a"), Duration.ofSeconds(1));

        advanceTo(Duration.ofMillis(1150));
        assertThat(expired).isEmpty();

        advanceTo(Duration.ofMillis(1250));
        assertThat(expired).containsExactly("a");
        assertThat(wheel.scheduled()).isZero();
    }

    @Test
    void whatIsCancelledBetweenTheClocksMoveAndTheExpiryWasInTime() {
        var late = new Named("late");
        wheel.schedule(late, Duration.ofSeconds(1));
        wheel.moveTo(Duration.ofSeconds(5).toNanos());
        wheel.cancel(late);
        wheel.schedule(new Named("new"), Duration.ofSeconds(1));

        wheel.expire();
        assertThat(expired).isEmpty();
        advanceTo(Duration.ofMillis(6_100));
        assertThat(expired).containsExactly("new");
    }

    @Test
    void aDeadlineBeyondATurnOfTheWheelWaitsForItsTurn() {
        wheel.schedule(new Named("long"), Duration.ofMinutes(15));

        advanceTo(Duration.ofMinutes(1));
        advanceTo(Duration.ofMillis(899_900));
        assertThat(expired).isEmpty();

        advanceTo(Duration.ofMillis(900_100));
        assertThat(expired).containsExactly("long");
    }

    @Test
    void aCancelledDeadlineDoesNotExpireAndCanBeScheduledAgain() {
        var deadline = new Named("a");
        wheel.schedule(deadline, Duration.ofMillis(100));
        wheel.cancel(deadline);
        wheel.cancel(deadline);
        advanceTo(Duration.ofSeconds(1));
        assertThat(expired).isEmpty();

        wheel.schedule(deadline, Duration.ofMillis(100));
        assertThatThrownBy(() -> wheel.schedule(deadline, Duration.ofMillis(100)))
            .isInstanceOf(IllegalStateException.class);
        advanceTo(Duration.ofSeconds(2));
        assertThat(expired).containsExactly("a");
    }

    @Test
    void whatExpiresMayCancelOthersOfItsSlotAndScheduleItselfAgain() {
        var victim = new Named("victim");
        var killer = new Deadline() {
            @Override
            protected void expired() {
                expired.add("killer");
                wheel.cancel(victim);
                wheel.schedule(this, Duration.ofMillis(100));
            }
        };
        wheel.schedule(killer, Duration.ofMillis(100));
        wheel.schedule(victim, Duration.ofMillis(100));

        advanceTo(Duration.ofMillis(200));
        assertThat(expired).containsExactly("killer");
        assertThat(killer.isScheduled()).isTrue();
        assertThat(victim.isScheduled()).isFalse();
    }

    @Test
    void aDeadlineThatThrowsDoesNotTakeItsNeighboursAlong() {
        wheel.schedule(
                new Deadline() {
                    @Override
                    protected void expired() {
                        throw new IllegalStateException("broken on purpose");
                    }
                },
                Duration.ofMillis(100));
        wheel.schedule(new Named("neighbour"), Duration.ofMillis(100));

        advanceTo(Duration.ofMillis(200));
        assertThat(expired).containsExactly("neighbour");
    }

    @Test
    void aLoopThatWasHeldUpForMinutesExpiresEverythingOnce() {
        for (int seconds = 1; seconds <= 300; seconds++) {
            wheel.schedule(new Named("after " + seconds), Duration.ofSeconds(seconds));
        }

        advanceTo(Duration.ofSeconds(301));

        assertThat(expired).hasSize(300).doesNotHaveDuplicates();
    }

    @Test
    void underRandomUseEveryDeadlineExpiresInItsTick() {
        var random = new Random(7);
        long nowMillis = 0;
        int outstanding = 0;
        for (int step = 0; step < 20_000; step++) {
            if (random.nextBoolean()) {
                long due = nowMillis + random.nextInt(120_000);
                Duration delay = Duration.ofMillis(due - nowMillis);
                long earliest = wheel.ticks() * 100 + delay.toMillis();
                wheel.schedule(
                        new Deadline() {
                            @Override
                            protected void expired() {
                                assertThat(wheel.ticks() * 100).isBetween(earliest, earliest + 5_300);
                                expired.add("x");
                            }
                        },
                        delay);
                outstanding++;
            }
            nowMillis += random.nextInt(20) == 0 ? random.nextInt(5_000) : random.nextInt(100);
            advanceTo(Duration.ofMillis(nowMillis));
        }
        for (int seconds = 0; seconds < 200; seconds++) {
            nowMillis += 1_000;
            advanceTo(Duration.ofMillis(nowMillis));
        }
        assertThat(expired).hasSize(outstanding);
        assertThat(wheel.scheduled()).isZero();
    }
}
