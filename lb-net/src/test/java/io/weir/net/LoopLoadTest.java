package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LoopLoadTest {
    /** So that a comparison with {@code <} fails soon. */
    private long now = Long.MAX_VALUE - Duration.ofSeconds(2).toNanos();

    private final LoopLoad load = new LoopLoad(now);

    private void beats(int times, int gapMillis) {
        for (int i = 0; i < times; i++) {
            now += Duration.ofMillis(gapMillis).toNanos();
            load.beat(now);
        }
    }

    @Test
    void aLoopThatIsAlwaysLateIsOverloaded() {
        beats(2, 600);
        assertThat(load.isOverloaded()).isFalse();
        beats(1, 600);
        assertThat(load.isOverloaded()).isTrue();
        assertThat(load.sheds()).isTrue();
    }

    @Test
    void onePauseHoweverLongIsNoOverload() {
        beats(5, 100);
        beats(1, 60_000);
        beats(5, 100);
        beats(2, 600);
        beats(1, 100);
        beats(2, 600);
        assertThat(load.isOverloaded()).isFalse();
    }

    @Test
    void beatsThatTheTimerMakesUpForSayNothing() {
        for (int turn = 0; turn < 3; turn++) {
            beats(1, 1_000);
            beats(9, 0);
        }
        assertThat(load.isOverloaded()).isTrue();
        beats(1_000, 0);
        assertThat(load.isOverloaded()).isTrue();
    }

    @Test
    void itHasRecoveredWhenItWasInGoodTimeForTwoSeconds() {
        beats(3, 600);
        beats(19, 100);
        beats(1, 300);
        beats(19, 100);
        assertThat(load.isOverloaded()).isTrue();
        beats(1, 100);
        assertThat(load.isOverloaded()).isFalse();
        assertThat(load.sheds()).isFalse();
    }

    @Test
    void itTellsHowLateItWasInAll() {
        beats(10, 100);
        assertThat(load.lateNanos().get()).isZero();
        beats(1, 400);
        beats(3, 0);
        assertThat(Duration.ofNanos(load.lateNanos().get())).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void itShedsWhenToldTo() {
        load.shed(true);
        assertThat(load.sheds()).isTrue();
        assertThat(load.isOverloaded()).isFalse();
        load.shed(false);
        assertThat(load.sheds()).isFalse();
    }

    @Test
    void whatItShedsIsCountedByTheReason() {
        load.shed(true);
        load.countShed();
        beats(LoopLoad.LATE_IN_A_ROW, 600);
        load.countShed();
        load.countShed();
        assertThat(load.shedForMemory()).isEqualTo(1);
        assertThat(load.shedForTime()).isEqualTo(2);
        assertThat(load.shed()).isEqualTo(3);
    }
}
