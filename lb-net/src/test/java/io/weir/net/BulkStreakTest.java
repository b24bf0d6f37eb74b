package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Offload;
import org.junit.jupiter.api.Test;

final class BulkStreakTest {
    private static final int LONG = BulkStreak.LONG_RECEIVE;

    private final BulkStreak streak = new BulkStreak();

    private void received(int times, int bytes) {
        for (int i = 0; i < times; i++) {
            streak.received(bytes);
        }
    }

    @Test
    void longReceivesInARowProveThatADirectionIsBulk() {
        streak.begin(Offload.AUTO);
        received(BulkStreak.PROOF_BYTES / LONG - 1, LONG);
        assertThat(streak.isBulk()).isFalse();
        received(1, LONG);
        assertThat(streak.isBulk()).isTrue();
    }

    @Test
    void aFewShortReceivesAmongLongOnesDoNotMatterAndManyEndTheStreak() {
        streak.begin(Offload.AUTO);
        for (int i = 0; i < 6; i++) {
            received(1, 64 << 10);
            received(1, 500);
        }
        assertThat(streak.isBulk()).isTrue();
        received(14, 500);
        assertThat(streak.isBulk()).isTrue();
        received(1, 500);
        assertThat(streak.isBulk()).isFalse();
        received(BulkStreak.PROOF_BYTES / LONG - 1, LONG);
        assertThat(streak.isBulk()).isFalse();
    }

    @Test
    void aDirectionOfShortAndMiddlingReceivesIsNotBulk() {
        streak.begin(Offload.AUTO);
        for (int i = 0; i < 1_000; i++) {
            received(1, 16 << 10);
            received(1, 500);
        }
        assertThat(streak.isBulk()).isFalse();
    }

    @Test
    void whoAsksForSpliceHasItFromTheFirstLongReceiveOn() {
        streak.begin(Offload.SPLICE);
        received(100, LONG - 1);
        assertThat(streak.isBulk()).isFalse();
        received(1, LONG);
        assertThat(streak.isBulk()).isTrue();
    }

    @Test
    void nothingIsBulkBeforeItBeginsOrWhereItIsOffOrAfterUrgentBytes() {
        received(10_000, 64 << 10);
        assertThat(streak.isBulk()).isFalse();
        streak.begin(Offload.OFF);
        received(10_000, 64 << 10);
        assertThat(streak.isBulk()).isFalse();
        streak.begin(Offload.SPLICE);
        streak.urgent();
        received(10_000, 64 << 10);
        assertThat(streak.isBulk()).isFalse();
        streak.begin(Offload.SPLICE);
        received(10_000, 64 << 10);
        assertThat(streak.isBulk()).isFalse();
    }

    @Test
    void aReceiverThatKeepsUpGetsTwiceAsMuchAtOnceAndOneThatDoesNotHalf() {
        assertThat(streak.atOnce()).isEqualTo(64 << 10);
        streak.keptUp();
        streak.keptUp();
        assertThat(streak.atOnce()).isEqualTo(256 << 10);
        for (int i = 0; i < 100; i++) {
            streak.keptUp();
        }
        assertThat(streak.atOnce()).isEqualTo(1 << 20);
        streak.heldUp();
        assertThat(streak.atOnce()).isEqualTo(512 << 10);
        for (int i = 0; i < 100; i++) {
            streak.heldUp();
        }
        assertThat(streak.atOnce()).isEqualTo(64 << 10);
    }
}
