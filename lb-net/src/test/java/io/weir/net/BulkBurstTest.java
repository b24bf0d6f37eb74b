package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BulkBurstTest {
    private static final long WINDOW = BulkBurst.WINDOW_NANOS;

    private static final int HALF = BulkBurst.FAST_BYTES / 2;

    private final BulkBurst burst = new BulkBurst();

    @Test
    void aDirectionThatMovesEnoughWithinAWindowBeginsToGatherOnce() {
        assertThat(burst.moved(HALF, 0)).isFalse();
        assertThat(burst.moved(HALF, WINDOW)).isTrue();
        assertThat(burst.moved(HALF, WINDOW)).isFalse();
    }

    @Test
    void oneThatTakesLongerForAsMuchDoesNotGather() {
        assertThat(burst.moved(HALF, 0)).isFalse();
        assertThat(burst.moved(HALF, WINDOW + 1)).isFalse();
        assertThat(burst.moved(HALF, 2 * WINDOW + 2)).isFalse();
    }

    @Test
    void itGathersUntilAWindowInWhichNothingMoves() {
        burst.moved(2 * HALF, 0);
        assertThat(burst.windowEnded()).isFalse();
        burst.moved(1, WINDOW);
        assertThat(burst.windowEnded()).isFalse();
        assertThat(burst.windowEnded()).isTrue();
    }

    @Test
    void itGathersAgainWhenItIsFastAgain() {
        burst.moved(2 * HALF, 0);
        burst.windowEnded();
        burst.windowEnded();
        assertThat(burst.moved(1, 5 * WINDOW)).isFalse();
        assertThat(burst.moved(2 * HALF, 5 * WINDOW)).isTrue();
    }
}
