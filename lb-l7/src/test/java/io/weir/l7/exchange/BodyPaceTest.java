package io.weir.l7.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Ten ticks are a second; the rate is 500 bytes a second, the longest pause 30 s. */
class BodyPaceTest {
    private static final long RATE = 500;
    private static final long PAUSE_TICKS = 300;

    private final BodyPace pace = new BodyPace();
    private long tick = 1000;
    private long moved = 77;

    @Test
    void aTrickleHasTenSeconds() {
        begin();
        for (int second = 1; second <= 10; second++) {
            assertThat(look(true, 5)).as("after %d s", second).isFalse();
        }
        assertThat(look(true, 5)).isTrue();
    }

    @Test
    void whoKeepsTheRateIsNeverTooSlow() {
        begin();
        for (int second = 0; second < 1000; second++) {
            assertThat(look(true, 500)).isFalse();
        }
    }

    @Test
    void whoWasFastMayPauseButNotMuchLongerThanThePause() {
        begin();
        assertThat(look(true, 100_000_000)).isFalse();
        int seconds = 0;
        while (!look(true, 0)) {
            seconds++;
        }
        assertThat(seconds).isBetween(39, 41);
    }

    @Test
    void timeInWhichOthersAreWaitedForDoesNotCount() {
        begin();
        for (int second = 0; second < 1000; second++) {
            assertThat(look(false, 0)).isFalse();
        }
        assertThat(look(true, 0)).isFalse();
    }

    @Test
    void aShortPauseMakesTheGraceShortToo() {
        pace.beginSending(RATE, 3, tick, moved);
        assertThat(look(true, 0)).isTrue();
    }

    @Test
    void whoTakesAnAnswerHasTwoPauses() {
        pace.beginTaking(RATE, PAUSE_TICKS, tick, moved);
        for (int second = 1; second <= 60; second++) {
            assertThat(look(true, 0)).as("after %d s", second).isFalse();
        }
        assertThat(look(true, 0)).isTrue();
    }

    @Test
    void anAnswerThatIsTakenInJumpsMayPauseAfterEach() {
        pace.beginTaking(RATE, PAUSE_TICKS, tick, moved);
        for (int second = 0; second < 1000; second++) {
            assertThat(look(true, second % 60 == 0 ? 800_000 : 0)).isFalse();
        }
    }

    @Test
    void theNextBodyStartsAnew() {
        begin();
        for (int second = 0; second < 10; second++) {
            look(true, 0);
        }
        begin();
        assertThat(look(true, 0)).isFalse();
    }

    private void begin() {
        pace.beginSending(RATE, PAUSE_TICKS, tick, moved);
    }

    /** A second later. */
    private boolean look(boolean waitedFor, long bytes) {
        tick += 10;
        moved += bytes;
        return pace.tooSlow(waitedFor, tick, moved);
    }
}
