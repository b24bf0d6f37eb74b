package io.weir.core.health;

import static io.weir.core.health.BackendState.EJECTED;
import static io.weir.core.health.BackendState.HEALTHY;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.HealthEffect.TierChanged;
import io.weir.core.model.AdminState;
import io.weir.core.model.Quorum;
import io.weir.core.model.Tier;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PoolFailoverTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final HealthScene scene = new HealthScene().twoTiers()
        .backend("a1", "zone-a")
        .backend("a2", "zone-a")
        .backend("b1", "zone-b")
        .configure();

    @BeforeEach
    void everybodyIsHealthy() {
        scene.succeed("a1").succeed("a2").succeed("b1").takeEffects();
    }

    private void primaryDies() {
        scene.fail("a1").fail("a1").fail("a2").fail("a2");
    }

    @Test
    void trafficStaysAtHomeWhileOnePrimaryMemberIsUsable() {
        scene.fail("a1").fail("a1");

        assertThat(scene.tier()).isEqualTo(Tier.PRIMARY);
    }

    @Test
    void trafficMovesAtOnceWhenNoPrimaryMemberIsUsable() {
        primaryDies();

        assertThat(scene.takeEffects()).last()
            .isEqualTo(new TierChanged("shop", Tier.PRIMARY, Tier.BACKUP, new Reason("none-usable", "no primary member is usable"),
                    scene.clock.instant()));
    }

    @Test
    void aColdStartWhoseFirstProbesTimeOutStaysAtHome() {
        var cold = new HealthScene().twoTiers().backend("a1", "zone-a").backend("b1", "zone-b").configure();

        cold.silent("a1").succeed("b1");
        assertThat(cold.tier()).isEqualTo(Tier.PRIMARY);
        cold.pass(SECOND).succeed("a1");

        assertThat(cold.state("a1")).isEqualTo(HEALTHY);
        assertThat(cold.takeEffects()).noneMatch(TierChanged.class::isInstance);
    }

    @Test
    void trafficMovesWhenConnectsToEveryPrimaryMemberFail() {
        scene.connectFails("a1", 5).connectFails("a2", 5);

        assertThat(scene.state("a2")).isEqualTo(EJECTED);
        assertThat(scene.tier()).isEqualTo(Tier.BACKUP);
    }

    @Test
    void trafficReturnsAfterTheHoldDownAndNotBefore() {
        primaryDies();
        scene.pass(SECOND).times(3, () -> scene.succeed("a1"));

        scene.pass(HealthScene.HOLD_DOWN.minusNanos(1));
        assertThat(scene.tier()).isEqualTo(Tier.BACKUP);
        assertThat(scene.book.nextTimerNanos()).hasValue(scene.clock.getAsLong() + 1);

        scene.pass(Duration.ofNanos(1));
        assertThat(scene.tier()).isEqualTo(Tier.PRIMARY);
        assertThat(scene.takeEffects()).last()
            .isEqualTo(new TierChanged("shop", Tier.BACKUP, Tier.PRIMARY,
                    new Reason("held-down", "the primary tier has been good for 30s"), scene.clock.instant()));
    }

    @Test
    void aBreakStartsTheHoldDownAgain() {
        primaryDies();
        scene.times(3, () -> scene.succeed("a1")).pass(HealthScene.HOLD_DOWN.minus(SECOND));

        scene.fail("a1").fail("a1").times(3, () -> scene.succeed("a1")).pass(SECOND.multipliedBy(2));

        assertThat(scene.tier()).isEqualTo(Tier.BACKUP);
    }

    @Test
    void trafficReturnsAtOnceWhenTheBackupTierHasNobody() {
        primaryDies();
        scene.times(3, () -> scene.succeed("a1"));

        scene.fail("b1").fail("b1");

        assertThat(scene.tier()).isEqualTo(Tier.PRIMARY);
    }

    @Test
    void whereNobodyIsUsableTrafficStaysWhereItIs() {
        primaryDies();

        scene.fail("b1").fail("b1");

        assertThat(scene.tier()).isEqualTo(Tier.BACKUP);
        assertThat(scene.book.nextTimerNanos()).isEmpty();
    }

    @Test
    void primaryMembersWithoutAResultHoldTheTrafficAtStart() {
        var start = new HealthScene().twoTiers().backend("a1", "zone-a").backend("b1", "zone-b").configure();

        start.succeed("b1");
        assertThat(start.tier()).isEqualTo(Tier.PRIMARY);

        start.fail("a1");
        assertThat(start.tier()).isEqualTo(Tier.BACKUP);
    }

    @Test
    void drainingThePrimaryTierMovesTheTraffic() {
        scene.backend("a1", "zone-a", 100, AdminState.DRAIN, 8080).backend("a2", "zone-a", 0, AdminState.ENABLED, 8080).configure();

        assertThat(scene.tier()).isEqualTo(Tier.BACKUP);
    }

    @Test
    void aPoolThatLosesItsBackupTierIsAtHome() {
        primaryDies();

        scene.remove("b1").configure();

        assertThat(scene.tier()).isEqualTo(Tier.PRIMARY);
    }

    @Test
    void oneRefusalByEachPrimaryMemberMovesTheTrafficAtOnce() {
        scene.connectFails("a1", 1);
        assertThat(scene.tier()).isEqualTo(Tier.PRIMARY);

        scene.connectFails("a2", 1);

        assertThat(scene.tier()).isEqualTo(Tier.BACKUP);
        assertThat(scene.cause("a1")).isEqualTo("connect refused by every member of the tier");
    }

    @Test
    void refusalsThatAreNotCloseTogetherMoveNothing() {
        scene.connectFails("a1", 1).pass(PoolMembers.REFUSED_TOGETHER.plusNanos(1)).connectFails("a2", 1);

        assertThat(scene.tier()).isEqualTo(Tier.PRIMARY);
    }

    @Test
    void refusalsByEveryMemberTakeNobodyOutWhereThereIsNowhereToGo() {
        scene.fail("b1").fail("b1").connectFails("a1", 1).connectFails("a2", 1);

        assertThat(scene.state("a1")).isEqualTo(BackendState.HEALTHY);
    }

    @Test
    void shiftingTheOnlyPrimaryZoneMovesTheTraffic() {
        scene.shift("zone-a").configure();

        assertThat(scene.tier()).isEqualTo(Tier.BACKUP);
        assertThat(scene.state("a1")).isEqualTo(BackendState.HEALTHY);
    }

    @Test
    void theQuorumIsLostAndRegainedWithHysteresis() {
        scene.quorum(new Quorum(200, 50)).configure().takeEffects(); // weight 300 is in service

        scene.fail("a1").fail("a1");
        assertThat(scene.book.quorum("shop")).isTrue();
        scene.fail("a2").fail("a2");
        assertThat(scene.book.quorum("shop")).isFalse();
        assertThat(scene.takeEffects())
            .contains(new HealthEffect.QuorumChanged("shop", false, 100, new Quorum(200, 50), scene.clock.instant()));
        scene.times(3, () -> scene.succeed("a1"));
        assertThat(scene.book.quorum("shop")).isFalse();
        scene.times(3, () -> scene.succeed("a2"));
        assertThat(scene.book.quorum("shop")).isTrue();
    }

    @Test
    void noVerdictOfTrafficCostsTheQuorum() {
        scene.quorum(new Quorum(300, 0)).configure();

        scene.connectFails("a1", 5);

        assertThat(scene.state("a1")).isEqualTo(EJECTED);
        assertThat(scene.book.quorum("shop")).isTrue();
    }

    @Test
    void theVersionCountsUpWithWhatIsShownAndOnlyThen() {
        long before = scene.book.version("shop");
        scene.succeed("a1").fail("a2");
        assertThat(scene.book.version("shop")).isEqualTo(before);

        scene.fail("a2");

        assertThat(scene.book.version("shop")).isGreaterThan(before);
    }
}
