package io.weir.core.health;

import static io.weir.core.health.BackendState.CHECKING;
import static io.weir.core.health.BackendState.HEALTHY;
import static io.weir.core.health.BackendState.UNHEALTHY;
import static io.weir.core.health.BackendState.WARMING;
import static io.weir.core.health.HealthScene.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.BackendStatus.By;
import io.weir.core.health.HealthEffect.BackendChanged;
import io.weir.core.health.HealthEffect.WeightChanged;
import io.weir.core.model.AdminState;
import io.weir.core.model.Quorum;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** ALB-14 and ASM-18. */
class SlowStartTest {
    private static final Duration RAMP = Duration.ofSeconds(30);

    /** {@code a} and {@code b} came with their pool and serve. */
    private static HealthScene twoServe() {
        HealthScene scene = new HealthScene().slowStart(Optional.of(RAMP)).backend("a", "zone-a").backend("b", "zone-a").configure();
        scene.succeed("a").succeed("b").takeEffects();
        return scene;
    }

    @Test
    void theFirstMembersOfAnEmptyPoolDoNotWarmUp() {
        var scene = twoServe();

        assertThat(scene.state("a")).isEqualTo(HEALTHY);
        assertThat(scene.state("b")).isEqualTo(HEALTHY);
    }

    @Test
    void aMemberThatJoinsPassesItsCheckAndThenWarmsUp() {
        var scene = twoServe().backend("c", "zone-a").configure();
        assertThat(scene.state("c")).isEqualTo(CHECKING);

        scene.succeed("c");

        assertThat(scene.takeEffects()).containsExactly(new BackendChanged(key("c"), CHECKING, WARMING,
                new Reason("check-passed", "1 of 1 probes succeeded"), By.CHECK, scene.clock.instant()));
        assertThat(scene.weight("c")).isEqualTo(10);
    }

    @Test
    void theRampIsLinearFromATenthAndEndsOnTime() {
        var scene = twoServe().backend("c", "zone-a").configure().succeed("c");

        for (int percent : new int[] {14, 19, 23, 28, 32, 37, 41, 46, 50, 55, 59, 64, 68, 73, 77, 82, 86, 91, 95}) {
            scene.takeEffects();
            scene.pass(RAMP.dividedBy(20));
            assertThat(scene.weight("c")).isEqualTo(percent);
            assertThat(scene.takeEffects()).containsExactly(new WeightChanged(key("c")));
        }
        scene.pass(RAMP.dividedBy(20));
        assertThat(scene.takeEffects()).containsExactly(new BackendChanged(key("c"), WARMING, HEALTHY,
                new Reason("warmed-up", "slow start of 30s is over"), By.CHECK, scene.clock.instant()));
        assertThat(scene.weight("c")).isEqualTo(100);
        assertThat(scene.book.nextTimerNanos()).isEmpty();
    }

    @Test
    void manyThatWarmUpTakeTheirStepsTogether() {
        var scene = twoServe();
        for (int i = 0; i < 100; i++) {
            scene.backend("c-" + i, "zone-a");
        }
        scene.configure().takeEffects();
        Set<Long> publications = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            scene.pass(Duration.ofMillis(37)).succeed("c-" + i);
        }
        scene.takeEffects();

        long end = scene.clock.getAsLong() + RAMP.toNanos();
        while (scene.book.nextTimerNanos().isPresent()) {
            scene.pass(Duration.ofNanos(scene.book.nextTimerNanos().getAsLong() - scene.clock.getAsLong()));
            if (scene.takeEffects().stream().anyMatch(WeightChanged.class::isInstance)) {
                publications.add(scene.clock.getAsLong());
            }
        }

        assertThat(scene.clock.getAsLong()).isEqualTo(end);
        assertThat(publications).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void aMemberWarmsUpOnlyBehindOneThatIsWarm() {
        var scene = twoServe().fail("a").fail("a").fail("b").fail("b");

        scene.succeed("a").succeed("a").succeed("a");
        assertThat(scene.state("a")).as("nobody else is healthy").isEqualTo(HEALTHY);

        scene.succeed("b").succeed("b").succeed("b");
        assertThat(scene.state("b")).isEqualTo(WARMING);

        scene.fail("a").fail("a").backend("c", "zone-a").configure().succeed("c");
        assertThat(scene.state("c")).as("the only other one is warming").isEqualTo(HEALTHY);
    }

    @Test
    void aMemberThatFailsWhileItWarmsUpBeginsAnew() {
        var scene = twoServe().backend("c", "zone-a").configure().succeed("c").pass(Duration.ofSeconds(15));
        assertThat(scene.weight("c")).isEqualTo(55);

        scene.fail("c").fail("c");
        assertThat(scene.state("c")).isEqualTo(UNHEALTHY);

        scene.succeed("c").succeed("c").succeed("c");
        assertThat(scene.state("c")).isEqualTo(WARMING);
        assertThat(scene.weight("c")).isEqualTo(10);
    }

    @Test
    void removalEndsAWarmUpAndAMemberThatReturnsPassesItsCheckFirst() {
        var scene = twoServe().backend("c", "zone-a").configure().succeed("c");

        var c = scene.backend("c");
        scene.remove("c").configure();
        assertThat(scene.book.nextTimerNanos()).isEmpty();

        scene.backend("c", c.zone().orElseThrow()).configure();
        assertThat(scene.state("c")).isEqualTo(CHECKING);
        assertThat(scene.succeed("c").state("c")).isEqualTo(WARMING);
    }

    @Test
    void aMemberWithoutACheckWarmsUpAsSoonAsItJoins() {
        var scene = new HealthScene().check(Optional.empty()).slowStart(Optional.of(RAMP)).backend("a", "zone-a").configure();
        assertThat(scene.state("a")).isEqualTo(HEALTHY);

        scene.backend("b", "zone-a").configure();

        assertThat(scene.state("b")).isEqualTo(WARMING);
        assertThat(scene.pass(RAMP).state("b")).isEqualTo(HEALTHY);
    }

    @Test
    void nobodyWarmsUpBehindAMemberThatLeavesInTheSameEdit() {
        var scene = new HealthScene().check(Optional.empty()).slowStart(Optional.of(RAMP)).backend("a", "zone-a").configure();

        scene.backend("a", "zone-a", 100, AdminState.DRAIN, 8080).backend("b", "zone-a").configure();

        assertThat(scene.state("b")).isEqualTo(HEALTHY);
    }

    @Test
    void theEndOfAnEjectionIsAReturnAndACallInNeedIsNot() {
        var scene = twoServe().backend("c", "zone-a").configure().succeed("c").pass(RAMP);
        scene.connectFails("c", 5).pass(Duration.ofSeconds(30));
        assertThat(scene.state("c")).isEqualTo(WARMING);

        scene.pass(RAMP).connectFails("c", 5);
        scene.fail("a").fail("a").fail("b").fail("b");
        assertThat(scene.state("c")).isEqualTo(HEALTHY);
        assertThat(scene.cause("c")).isEqualTo("nobody else is usable");
    }

    @Test
    void aSettingThatGoesEndsTheWarmUpAndOneThatChangesMovesItsEnd() {
        var scene = twoServe().backend("c", "zone-a").configure().succeed("c").pass(Duration.ofSeconds(10));

        scene.slowStart(Optional.of(Duration.ofSeconds(15))).configure().pass(Duration.ofSeconds(5));
        assertThat(scene.state("c")).isEqualTo(HEALTHY);

        scene.backend("d", "zone-a").configure().succeed("d").slowStart(Optional.empty()).configure();
        assertThat(scene.state("d")).isEqualTo(HEALTHY);
        assertThat(scene.cause("d")).isEqualTo("slow start is off");
    }

    @Test
    void aWeightOfOneStaysOneWhileItWarmsUp() {
        var scene = twoServe().backend("c", "zone-a", 1, AdminState.ENABLED, 8080).configure().succeed("c");

        assertThat(scene.weight("c")).isEqualTo(1);
        assertThat(scene.book.status(key("c")).warmth()).isEqualTo(10);
    }

    /** KA-13 sums the weight of live servers, whatever part of it they are given yet. */
    @Test
    void aMemberThatWarmsUpCountsForTheQuorumWithItsWholeWeight() {
        var scene = twoServe().quorum(new Quorum(300, 0)).backend("c", "zone-a").configure();
        assertThat(scene.book.quorum("shop")).isTrue(); // nothing is known of it yet, and it may be picked

        scene.fail("c");
        assertThat(scene.book.quorum("shop")).isFalse();
        scene.times(3, () -> scene.succeed("c"));

        assertThat(scene.state("c")).isEqualTo(WARMING);
        assertThat(scene.weight("c")).isEqualTo(10);
        assertThat(scene.book.quorum("shop")).isTrue();
    }
}
