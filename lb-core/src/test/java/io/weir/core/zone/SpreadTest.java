package io.weir.core.zone;

import static io.weir.core.zone.Standing.EJECTED;
import static io.weir.core.zone.Standing.FAILED;
import static io.weir.core.zone.Standing.LIVE;
import static io.weir.core.zone.Standing.OUT;
import static io.weir.core.zone.Standing.UNPROVEN;
import static io.weir.core.zone.ZoneScene.lines;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Sorry;
import io.weir.core.model.Tier;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
    private final ZoneScene scene = new ZoneScene();

    @Test
    void theActiveTierTakesAllAndTheOtherIsForRedispatch() {
        scene.add(2, "a", LIVE).add(1, "c", LIVE);

        assertThat(lines(scene.spread(Tier.PRIMARY))).containsExactly("primary all 1.00 a1 a2", "backup all 0.00 c1");
        assertThat(lines(scene.spread(Tier.BACKUP))).containsExactly("backup all 1.00 c1", "primary all 0.00 a1 a2");
    }

    @Test
    void partialFailureDoesNotSwitchWithoutSpill() {
        scene.add(1, "a", LIVE).add(9, "a", FAILED).add(10, "c", LIVE);

        assertThat(lines(scene.spread(Tier.PRIMARY)).getFirst()).isEqualTo("primary all 1.00 a1");
    }

    @Test
    void membersWithoutAResultArePickedOnlyWhereTheirTierHasNobodyLive() {
        scene.add(1, "a", LIVE).add(1, "b", UNPROVEN).add(1, "c", UNPROVEN);

        assertThat(lines(scene.spread(Tier.PRIMARY))).containsExactly("primary all 1.00 a1", "backup all 0.00 c1");
    }

    @Test
    void membersThatTrafficTookOutAreTriedLastAfterAllOthers() {
        scene.add(1, "a", LIVE).add(1, "a", EJECTED).add(1, "c", LIVE).add(1, "c", EJECTED).add(1, "a", FAILED).add(1, "a", OUT);

        assertThat(lines(scene.spread(Tier.PRIMARY))).containsExactly("primary all 1.00 a1", "backup all 0.00 c1",
                "primary ejected 0.00 a2", "backup ejected 0.00 c2");
    }

    @Test
    void whereTrafficTookOutEverybodyTheyAreUsedAllTheSame() {
        scene.add(1, "a", EJECTED).add(1, "c", EJECTED);

        assertThat(lines(scene.spread(Tier.PRIMARY))).containsExactly("primary ejected 1.00 a1", "backup ejected 0.00 c1");
    }

    @Test
    void nobodyIsPickedWhereChecksAndTheOperatorLeftNobody() {
        scene.add(1, "a", FAILED).add(1, "c", OUT);

        assertThat(scene.spread(Tier.PRIMARY)).isEqualTo(new Spread<>(Mode.NORMAL, List.of()));
    }

    @Test
    void spillLeavesATierAloneThatHasRoomForEverything() {
        scene.spill().add(8, "a", LIVE).add(2, "a", FAILED).add(10, "c", LIVE); // 140% of 80%

        assertThat(lines(scene.spread(Tier.PRIMARY)).getFirst()).startsWith("primary all 1.00");
    }

    @Test
    void spillGivesTheOtherTierWhatTheFirstHasNoRoomFor() {
        scene.spill().add(5, "a", LIVE).add(5, "a", FAILED).add(10, "c", LIVE);

        assertThat(lines(scene.spread(Tier.PRIMARY))).map(SpreadTest::withoutMembers)
            .containsExactly("primary all 0.70", "backup all 0.30");
    }

    @Test
    void tiersWithTooLittleRoomTogetherAreOverloadedAlike() {
        scene.spill().overprovisioning(100).add(1, "a", LIVE).add(9, "a", FAILED).add(3, "c", LIVE).add(7, "c", FAILED);

        assertThat(lines(scene.spread(Tier.PRIMARY))).map(SpreadTest::withoutMembers)
            .containsExactly("primary all 0.25", "backup all 0.75");
    }

    @Test
    void spillCountsWhatMembersTakeNowAndNotWhatTheyAreConfiguredFor() {
        scene.spill().overprovisioning(100).add("a", LIVE, 100, 10).add("a", LIVE, 100, 50).add(2, "c", LIVE);

        assertThat(lines(scene.spread(Tier.PRIMARY))).map(SpreadTest::withoutMembers)
            .containsExactly("primary all 0.30", "backup all 0.70");
    }

    @Test
    void trafficStaysInTheNodesZoneWhileThatHasRoomForIt() {
        scene.preferLocal("zone-b").add(4, "a", LIVE).add(3, "b", LIVE).add(1, "b", FAILED); // 140% of 75%

        assertThat(lines(scene.spread(Tier.PRIMARY))).map(SpreadTest::withoutMembers)
            .containsExactly("primary local 1.00", "primary other 0.00");
    }

    @Test
    void whatTheNodesZoneHasNoRoomForGoesToTheOtherZonesOfTheTier() {
        scene.preferLocal("zone-b").add(4, "a", LIVE).add(2, "b", LIVE).add(2, "b", FAILED).add(4, "c", LIVE);

        assertThat(lines(scene.spread(Tier.PRIMARY))).map(SpreadTest::withoutMembers)
            .containsExactly("primary local 0.70", "primary other 0.30", "backup other 0.00");
    }

    @Test
    void aNodeInAZoneWithoutMembersUsesTheOthers() {
        scene.preferLocal("zone-d").add(2, "a", LIVE);

        assertThat(lines(scene.spread(Tier.PRIMARY))).containsExactly("primary other 1.00 a1 a2");
    }

    @Test
    void whatSpillsFromATierIsSplitByZoneToo() {
        scene.spill().preferLocal("zone-c").overprovisioning(100).add(1, "a", LIVE).add(1, "a", FAILED).add(2, "c", LIVE);

        assertThat(lines(scene.spread(Tier.PRIMARY))).map(SpreadTest::withoutMembers)
            .containsExactly("primary other 0.50", "backup local 0.50");
    }

    @Test
    void aShiftedZoneTakesNothing() {
        scene.add(2, "a", OUT).add(2, "b", LIVE);

        assertThat(lines(scene.spread(Tier.PRIMARY))).containsExactly("primary all 1.00 b1 b2");
    }

    @Test
    void belowThePanicThresholdTheHealthOfTheActiveTierIsIgnored() {
        scene.panic(50).add(1, "a", LIVE).add(1, "a", FAILED).add(1, "a", EJECTED).add(1, "a", OUT).add(2, "c", FAILED);

        Spread<ZoneScene.Member> spread = scene.spread(Tier.PRIMARY);

        assertThat(spread.mode()).isEqualTo(Mode.PANIC);
        assertThat(lines(spread)).containsExactly("primary all 1.00 a1 a2 a3");
    }

    @Test
    void atThePanicThresholdHealthCounts() {
        scene.panic(50).add(1, "a", LIVE).add(1, "a", FAILED);

        assertThat(scene.spread(Tier.PRIMARY).mode()).isEqualTo(Mode.NORMAL);
    }

    @Test
    void membersWithoutAResultAreNoReasonToPanic() {
        scene.panic(100).add(3, "a", UNPROVEN);

        assertThat(scene.spread(Tier.PRIMARY).mode()).isEqualTo(Mode.NORMAL);
    }

    @Test
    void thereIsNoPanicWhileSpillFindsRoomForEverything() {
        scene.spill().panic(50).add(1, "a", LIVE).add(9, "a", FAILED).add(10, "c", LIVE);

        assertThat(scene.spread(Tier.PRIMARY).mode()).isEqualTo(Mode.NORMAL);
    }

    @Test
    void whereAllAreUnhealthyPanicUsesThem() {
        scene.panic(10).add(2, "a", FAILED).add(1, "c", FAILED);

        assertThat(lines(scene.spread(Tier.PRIMARY))).containsExactly("primary all 1.00 a1 a2");
    }

    @Test
    void withoutQuorumNobodyIsPickedAndThePoolIsSorry() {
        scene.sorry(new Sorry.Page(503, "back soon", Duration.ZERO)).panic(100).add(2, "a", LIVE);

        assertThat(scene.spread(Tier.PRIMARY, false)).isEqualTo(new Spread<>(Mode.SORRY, List.of()));
        assertThat(scene.spread(Tier.PRIMARY, true).mode()).isEqualTo(Mode.NORMAL);
    }

    @Test
    void withoutQuorumAndWithoutASorryAnswerWhoIsLeftServes() {
        scene.add(1, "a", LIVE);

        assertThat(lines(scene.spread(Tier.PRIMARY, false))).containsExactly("primary all 1.00 a1");
    }

    private static String withoutMembers(String line) {
        return line.replaceAll(" [abc][0-9]+", "");
    }
}
