package io.weir.core.balance;

import static io.weir.core.balance.Distribution.assertInProportion;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Algorithm.Plain;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeakEwmaTest {
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    @Test
    void theFasterOfTwoIsPickedUntilItsQueueOutweighsThat() {
        Loop loop = Loop.of(Plain.PEAK_EWMA, 100, 100);
        answered(loop, 0, 10 * MILLISECOND);
        answered(loop, 1, 35 * MILLISECOND);

        assertThat(loop.open()).isZero();
        assertThat(loop.open()).isZero();
        assertThat(loop.open()).isZero();
        assertThat(loop.open()).isEqualTo(1);
    }

    @Test
    void weightMultipliesWhatACandidateMayQueue() {
        Loop loop = Loop.of(Plain.PEAK_EWMA, 100, 20);
        answered(loop, 0, 10 * MILLISECOND);
        answered(loop, 1, 10 * MILLISECOND);

        for (int i = 0; i < 60; i++) {
            loop.open();
        }

        assertThat(loop.backends[0].inFlight()).isBetween(49, 51);
        assertThat(loop.backends[1].inFlight()).isBetween(9, 11);
    }

    @Test
    void aCandidateWithoutAnAnswerGetsOneRequestAndNoMoreUntilItAnswers() {
        Loop loop = Loop.of(Plain.PEAK_EWMA, 100, 100);
        answered(loop, 0, 10 * MILLISECOND);

        assertThat(loop.open()).isEqualTo(1);
        for (int i = 0; i < 1000; i++) {
            assertThat(loop.open()).isZero();
        }
        loop.backends[1].close();
        answered(loop, 1, 20 * MILLISECOND);
        assertThat(loop.open()).isEqualTo(1);
    }

    @Test
    void whereNobodyHasAnsweredTheOneWithLessInFlightIsPicked() {
        Loop loop = Loop.of(Plain.PEAK_EWMA, 100, 100);
        for (int i = 0; i < 10; i++) {
            loop.open();
        }

        assertThat(loop.backends[0].inFlight()).isEqualTo(5);
    }

    @Test
    void idleCandidatesOfOneSpeedShareByWeight() {
        int[] weights = {60, 60, 60};

        assertInProportion(Loop.of(Plain.PEAK_EWMA, weights).counts(100_000), weights);
    }

    @Test
    void aBackendThatWasSlowIsTriedAgain() {
        Loop loop = Loop.of(Plain.PEAK_EWMA, 100, 100);
        answered(loop, 0, 10 * MILLISECOND);
        answered(loop, 1, 1000 * MILLISECOND);
        assertThat(loop.pick()).isZero();

        for (int second = 1; second <= 50; second++) {
            loop.nowNanos += TimeUnit.SECONDS.toNanos(1);
            answered(loop, 0, 10 * MILLISECOND);
        }

        assertThat(loop.pick()).isEqualTo(1);
    }

    private static void answered(Loop loop, int backend, long latencyNanos) {
        loop.backends[backend].cost().observe(latencyNanos, loop.nowNanos);
    }
}
