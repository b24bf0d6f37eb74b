package io.weir.core.zone;

import static io.weir.core.zone.Standing.FAILED;
import static io.weir.core.zone.Standing.LIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Tier;
import org.junit.jupiter.api.Test;

class ShortfallTest {
    private final ZoneScene scene = new ZoneScene();

    @Test
    void aPoolInOneZoneIsNotAskedWhetherItCouldLoseIt() {
        assertThat(scene.add(5, "a", LIVE).shortfall(Tier.PRIMARY)).isEmpty();
    }

    @Test
    void theZoneThatWouldBeMissedMostIsNamed() {
        scene.add(3, "a", LIVE).add(2, "b", LIVE);

        assertThat(scene.shortfall(Tier.PRIMARY)).contains(new Shortfall("zone-a", 40, 72));
    }

    @Test
    void twoEqualZonesAreEnoughWhereEachMayCarryTwiceItsPart() {
        scene.overprovisioning(200).add(2, "a", LIVE).add(2, "b", LIVE);

        assertThat(scene.shortfall(Tier.PRIMARY)).isEmpty();
    }

    @Test
    void aBackupTierThatIsWholeStandsInForAPrimaryZoneThatIsAlone() {
        scene.add(2, "a", LIVE).add(2, "c", LIVE);

        assertThat(scene.shortfall(Tier.PRIMARY)).isEmpty();
        assertThat(scene.set("c1", FAILED).shortfall(Tier.PRIMARY)).contains(new Shortfall("zone-a", 50, 72));
    }

    @Test
    void aBackupTierIsNoHelpWhileThePrimaryTierWouldKeepTheTraffic() {
        scene.add(2, "a", LIVE).add(2, "b", LIVE).add(9, "c", LIVE);

        assertThat(scene.shortfall(Tier.PRIMARY)).contains(new Shortfall("zone-a", 50, 72));
        assertThat(scene.below(60).shortfall(Tier.PRIMARY)).isEmpty();
    }

    @Test
    void withSpillBothTiersCount() {
        scene.spill().add(2, "a", LIVE).add(2, "b", LIVE).add(2, "c", LIVE);

        assertThat(scene.shortfall(Tier.PRIMARY)).isEmpty();
    }
}
