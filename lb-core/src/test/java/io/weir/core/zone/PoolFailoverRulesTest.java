package io.weir.core.zone;

import static io.weir.core.zone.Standing.FAILED;
import static io.weir.core.zone.Standing.LIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Failover.Failback;
import io.weir.core.model.Tier;
import io.weir.core.zone.PoolFailover.Reason;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Four primary members, two a zone, and two in the backup zone. */
class PoolFailoverRulesTest {
    private static final long HOLD_DOWN = ZoneScene.HOLD_DOWN.toNanos();

    private final ZoneScene scene = new ZoneScene().add(2, "a", LIVE).add(2, "b", LIVE).add(2, "c", LIVE);
    private PoolFailover now = PoolFailover.START;
    private long nanos = Long.MAX_VALUE - 5; // a clock that overflows at once

    @BeforeEach
    void look() {
        now = scene.next(now, nanos);
    }

    private void after(long passed) {
        nanos += passed;
        look();
    }

    private void primaries(Standing standing, String... names) {
        for (String name : names) {
            scene.set(name, standing);
        }
        look();
    }

    private void loseThePrimaryTier() {
        primaries(FAILED, "a1", "a2", "b1", "b2");
    }

    @Test
    void theLossOfAllPrimariesButOneMovesNothing() {
        primaries(FAILED, "a1", "a2", "b1");

        assertThat(now.active()).isEqualTo(Tier.PRIMARY);
    }

    @Test
    void belowTheThresholdTrafficLeavesAtOnce() {
        scene.below(50);
        primaries(FAILED, "a1", "a2");
        assertThat(now.active()).isEqualTo(Tier.PRIMARY);

        primaries(FAILED, "b1");

        assertThat(now.active()).isEqualTo(Tier.BACKUP);
        assertThat(now.reason()).isEqualTo(Reason.OTHER_BELOW);
    }

    @Test
    void belowTheThresholdTrafficStaysWhereTheBackupTierIsBelowItToo() {
        scene.below(60).set("c1", FAILED);

        primaries(FAILED, "a1", "a2");

        assertThat(now.active()).isEqualTo(Tier.PRIMARY);
    }

    @Test
    void aBackupTierBelowTheThresholdIsBetterThanNobody() {
        scene.below(60).set("c1", FAILED);

        loseThePrimaryTier();

        assertThat(now.active()).isEqualTo(Tier.BACKUP);
        assertThat(now.reason()).isEqualTo(Reason.OTHER_EMPTY);
    }

    @Test
    void theHoldDownBeginsWhenThePrimaryTierIsBackAtTheThreshold() {
        scene.below(50);
        loseThePrimaryTier();
        primaries(LIVE, "a1");
        after(HOLD_DOWN);
        assertThat(now.active()).isEqualTo(Tier.BACKUP);

        primaries(LIVE, "a2");
        after(HOLD_DOWN - 1);
        assertThat(now.active()).isEqualTo(Tier.BACKUP);
        after(1);

        assertThat(now.active()).isEqualTo(Tier.PRIMARY);
        assertThat(now.reason()).isEqualTo(Reason.HELD);
    }

    @Test
    void manualFailbackWaitsForTheOperator() {
        scene.failback(Failback.MANUAL);
        loseThePrimaryTier();
        primaries(LIVE, "a1", "a2", "b1", "b2");

        after(10 * HOLD_DOWN);

        assertThat(now.active()).isEqualTo(Tier.BACKUP);
        assertThat(now.returnsAtNanos(scene.failover())).isEmpty();
    }

    @Test
    void manualFailbackIsNoReasonToStayWhereNobodyIs() {
        scene.failback(Failback.MANUAL);
        loseThePrimaryTier();
        primaries(LIVE, "a1");

        scene.set("c1", FAILED).set("c2", FAILED);
        look();

        assertThat(now.active()).isEqualTo(Tier.PRIMARY);
    }

    @Test
    void aPinMovesTheTrafficAtOnceAndHoldsIt() {
        scene.pin(Optional.of(Tier.BACKUP));
        look();

        assertThat(now.active()).isEqualTo(Tier.BACKUP);
        assertThat(now.reason()).isEqualTo(Reason.PINNED);
        after(10 * HOLD_DOWN);
        assertThat(now.active()).isEqualTo(Tier.BACKUP);
    }

    @Test
    void aPinToThePrimaryTierEndsAManualFailoverWithoutWaiting() {
        scene.failback(Failback.MANUAL);
        loseThePrimaryTier();
        primaries(LIVE, "a1");

        scene.pin(Optional.of(Tier.PRIMARY));
        look();

        assertThat(now.active()).isEqualTo(Tier.PRIMARY);
    }

    @Test
    void aPinnedTierIsLeftWhenNobodyInItIsUsableAndTakenUpAgainAfterTheHoldDown() {
        scene.pin(Optional.of(Tier.BACKUP));
        primaries(LIVE);
        scene.set("c1", FAILED).set("c2", FAILED);
        look();
        assertThat(now.active()).isEqualTo(Tier.PRIMARY);

        scene.set("c1", LIVE);
        look();
        after(HOLD_DOWN - 1);
        assertThat(now.active()).isEqualTo(Tier.PRIMARY);
        after(1);

        assertThat(now.active()).isEqualTo(Tier.BACKUP);
    }

    @Test
    void whenThePinIsTakenAwayTrafficReturnsAfterTheHoldDown() {
        scene.pin(Optional.of(Tier.BACKUP));
        look();
        scene.pin(Optional.empty());
        look();

        after(HOLD_DOWN - 1);
        assertThat(now.active()).isEqualTo(Tier.BACKUP);
        after(1);

        assertThat(now.active()).isEqualTo(Tier.PRIMARY);
    }

    @Test
    void whenThePinIsTakenAwayUnderManualFailbackTrafficStays() {
        scene.failback(Failback.MANUAL).pin(Optional.of(Tier.BACKUP));
        look();
        scene.pin(Optional.empty());

        after(10 * HOLD_DOWN);

        assertThat(now.active()).isEqualTo(Tier.BACKUP);
    }
}
