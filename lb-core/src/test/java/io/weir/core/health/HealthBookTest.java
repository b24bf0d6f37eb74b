package io.weir.core.health;

import static io.weir.core.health.BackendState.CHECKING;
import static io.weir.core.health.BackendState.DISABLED;
import static io.weir.core.health.BackendState.DRAINED;
import static io.weir.core.health.BackendState.DRAINING;
import static io.weir.core.health.BackendState.EJECTED;
import static io.weir.core.health.BackendState.HEALTHY;
import static io.weir.core.health.BackendState.UNHEALTHY;
import static io.weir.core.health.HealthScene.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.core.health.BackendStatus.By;
import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.health.HealthEffect.BackendChanged;
import io.weir.core.health.HealthEffect.EjectionRefused;
import io.weir.core.health.HealthEffect.ProbeNow;
import io.weir.core.model.AdminState;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.OutlierDetection;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthBookTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration BASE = OutlierDetection.DEFAULT.baseEjection();

    @Test
    void theFirstResultEndsChecking() {
        var scene = new HealthScene().backend("a", "zone-a").backend("b", "zone-a").configure();
        assertThat(scene.state("a")).isEqualTo(CHECKING);
        assertThat(scene.cause("a")).isEqualTo("no result yet");

        scene.succeed("a").fail("b");

        assertThat(scene.takeEffects()).containsExactly(
                new BackendChanged(key("a"), CHECKING, HEALTHY, new Reason("check-passed", "1 of 1 probes succeeded"), By.CHECK,
                        scene.clock.instant()),
                new BackendChanged(key("b"), CHECKING, UNHEALTHY, new Reason("connect-refused", "connect refused, 1 of 1 failed"), By.CHECK,
                        scene.clock.instant()));
    }

    @Test
    void silenceEndsCheckingOnlyAfterAsManyProbesAsTakeAHealthyBackendOut() {
        var scene = new HealthScene().backend("a", "zone-a").configure();

        assertThat(scene.silent("a").state("a")).isEqualTo(CHECKING);
        assertThat(scene.silent("a").state("a")).isEqualTo(UNHEALTHY);
        assertThat(scene.cause("a")).isEqualTo("no answer, 2 of 2 failed");
    }

    @Test
    void aSuccessOrARefusalAfterSilenceEndsChecking() {
        var scene = new HealthScene().backend("a", "zone-a").backend("b", "zone-a").configure();

        assertThat(scene.silent("a").succeed("a").state("a")).isEqualTo(HEALTHY);
        assertThat(scene.silent("b").fail("b").state("b")).isEqualTo(UNHEALTHY);
    }

    @Test
    void aBackendThatStartsHealthyOrUnhealthyIsMovedByItsThresholdsOnly() {
        var up = new HealthScene().check(Optional.of(HealthScene.check(HealthCheck.Initial.HEALTHY))).backend("a", "zone-a").configure();
        var down = new HealthScene().check(Optional.of(HealthScene.check(HealthCheck.Initial.UNHEALTHY)))
            .backend("a", "zone-a")
            .configure();

        up.fail("a");
        down.succeed("a").succeed("a");

        assertThat(up.state("a")).isEqualTo(HEALTHY);
        assertThat(up.fail("a").state("a")).isEqualTo(UNHEALTHY);
        assertThat(down.state("a")).isEqualTo(UNHEALTHY);
        assertThat(down.succeed("a").state("a")).isEqualTo(HEALTHY);
    }

    @Test
    void aSuccessBetweenFailuresStartsTheCountAgain() {
        var scene = HealthScene.twoHealthy();

        scene.fail("a").succeed("a").fail("a");
        assertThat(scene.state("a")).isEqualTo(HEALTHY);

        scene.fail("a");
        assertThat(scene.book.status(key("a")))
            .isEqualTo(BackendStatus.of(UNHEALTHY, new Reason("connect-refused", "connect refused, 2 of 2 failed"), scene.clock.instant(),
                    By.CHECK));
    }

    @Test
    void anUnhealthyBackendReturnsAfterSuccessesInARow() {
        var scene = HealthScene.twoHealthy();
        scene.fail("a").fail("a");

        scene.succeed("a").succeed("a").fail("a").succeed("a").succeed("a");
        assertThat(scene.state("a")).isEqualTo(UNHEALTHY);

        scene.succeed("a");
        assertThat(scene.state("a")).isEqualTo(HEALTHY);
        assertThat(scene.cause("a")).isEqualTo("3 of 3 probes succeeded");
    }

    @Test
    void aProbeThatWasNotTriedCountsForNothing() {
        var scene = HealthScene.twoHealthy();

        scene.fail("a");
        scene.effects.addAll(scene.book.onProbe(key("a"), new ProbeOutcome.NotTried(0, "no descriptor left"), scene.now()));
        scene.fail("a");

        assertThat(scene.state("a")).isEqualTo(UNHEALTHY);
    }

    @Test
    void fiveFailedConnectsInARowEjectAtOnce() {
        var scene = HealthScene.twoHealthy();

        scene.connectFails("a", 5);

        assertThat(scene.takeEffects()).containsExactly(
                new BackendChanged(key("a"), HEALTHY, EJECTED, new Reason("connect-refused", "connect refused, 5 in a row"), By.TRAFFIC,
                        scene.clock.instant()),
                new ProbeNow(key("a")));
    }

    @Test
    void aFailureThatMayBeOurOwnEjectsNobody() {
        var scene = HealthScene.twoHealthy();

        scene.effects.addAll(scene.book.onConnectFailed(key("a"), ConnectFailure.OTHER, 50, scene.now()));

        assertThat(scene.takeEffects()).containsExactly(new ProbeNow(key("a")));
    }

    @Test
    void fewerFailedConnectsAskForAProbeButNotForABurstOfThem() {
        var scene = HealthScene.twoHealthy();

        scene.connectFails("a", 1).connectFails("a", 2);
        assertThat(scene.takeEffects()).containsExactly(new ProbeNow(key("a")));

        scene.pass(Duration.ofMillis(100)).connectFails("a", 3);
        assertThat(scene.takeEffects()).containsExactly(new ProbeNow(key("a")));
        assertThat(scene.state("a")).isEqualTo(HEALTHY);
    }

    @Test
    void anEjectedBackendReturnsAfterSuccessesThatBeganAfterTheEjection() {
        var scene = HealthScene.twoHealthy();
        long before = scene.clock.getAsLong();
        scene.pass(SECOND).connectFails("a", 5).pass(SECOND);

        scene.times(5, () -> scene.succeedBegun("a", before)).succeed("a").succeed("a");
        assertThat(scene.state("a")).isEqualTo(EJECTED);

        scene.succeed("a");
        assertThat(scene.state("a")).isEqualTo(HEALTHY);
        assertThat(scene.book.nextTimerNanos()).isEmpty();
    }

    @Test
    void aCheckTakesOutWhatTrafficTookOut() {
        var scene = HealthScene.twoHealthy();

        scene.connectFails("a", 5).fail("a").fail("a");

        assertThat(scene.state("a")).isEqualTo(UNHEALTHY);
        assertThat(scene.pass(OutlierDetection.DEFAULT.maxEjection()).state("a")).isEqualTo(UNHEALTHY);
    }

    @Test
    void theTimerEndsAnEjectionAndEachOneInARowLastsLonger() {
        var scene = new HealthScene().check(Optional.empty()).backend("a", "zone-a").backend("b", "zone-a").configure();
        assertThat(scene.cause("a")).isEqualTo("no health check");

        for (int seconds : new int[] {30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300}) {
            scene.connectFails("a", 5).pass(Duration.ofSeconds(seconds).minusNanos(1));
            assertThat(scene.state("a")).isEqualTo(EJECTED);
            assertThat(scene.book.nextTimerNanos()).hasValue(scene.clock.getAsLong() + 1);
            scene.pass(Duration.ofNanos(1));
            assertThat(scene.state("a")).isEqualTo(HEALTHY);
            assertThat(scene.cause("a"))
                .isEqualTo("ejection of " + DurationText.of(Duration.ofSeconds(seconds)) + " is over");
        }
    }

    @Test
    void aBackendThatServedLongEnoughIsEjectedAsIfForTheFirstTime() {
        var scene = new HealthScene().check(Optional.empty()).backend("a", "zone-a").backend("b", "zone-a").configure();
        scene.connectFails("a", 5).pass(BASE).connectFails("a", 5).pass(BASE.multipliedBy(2));

        scene.pass(OutlierDetection.DEFAULT.maxEjection()).connectFails("a", 5).pass(BASE);

        assertThat(scene.state("a")).isEqualTo(HEALTHY);
    }

    @Test
    void trafficDoesNotEjectTheLastUsableMemberAndSaysSoOnce() {
        var scene = HealthScene.twoHealthy();
        scene.fail("b").fail("b").takeEffects();

        scene.connectFails("a", 5).connectFails("a", 6);

        assertThat(scene.takeEffects()).containsExactly(
                new EjectionRefused(key("a"), new Reason("connect-refused", "connect refused, 5 in a row"), EjectionLimit.LAST_MEMBER,
                        scene.clock.instant()),
                new ProbeNow(key("a")));
        assertThat(scene.state("a")).isEqualTo(HEALTHY);
    }

    @Test
    void aMemberOfWeightZeroIsNobodyToFallBackOn() {
        var scene = HealthScene.twoHealthy();
        scene.backend("b", "zone-a", 0, AdminState.ENABLED, 8080).configure();

        scene.connectFails("a", 5);

        assertThat(scene.state("a")).isEqualTo(HEALTHY);
        assertThat(scene.state("b")).isEqualTo(HEALTHY);
    }

    @Test
    void ejectionsAreLiftedWhenACheckTakesOutAllOthers() {
        var scene = HealthScene.twoHealthy();
        scene.connectFails("a", 5);

        scene.fail("b").fail("b");

        assertThat(scene.state("a")).isEqualTo(HEALTHY);
        assertThat(scene.cause("a")).isEqualTo("nobody else is usable");
    }

    @Test
    void aDrainingBackendIsDrainedWhenItsConnectionsAreGone() {
        var scene = HealthScene.twoHealthy();

        scene.backend("a", "zone-a", 100, AdminState.DRAIN, 8080).configure();
        assertThat(scene.state("a")).isEqualTo(DRAINING);
        assertThat(scene.book.draining()).containsExactly(key("a"));

        scene.effects.addAll(scene.book.onConnectionsGone(key("a"), scene.now()));
        assertThat(scene.state("a")).isEqualTo(DRAINED);
        assertThat(scene.book.draining()).isEmpty();
    }

    @Test
    void aBackendThatIsEnabledAgainIsWhatItsProbesMadeOfItMeanwhile() {
        var scene = HealthScene.twoHealthy();
        scene.backend("a", "zone-a", 100, AdminState.DRAIN, 8080).configure();
        scene.fail("a").fail("a").takeEffects();

        scene.backend("a", "zone-a", 100, AdminState.ENABLED, 8080).configure();

        assertThat(scene.takeEffects()).containsExactly(new BackendChanged(key("a"), DRAINING, UNHEALTHY,
                new Reason("enable", "enabled: connect refused, 2 of 2 failed"), By.OPERATOR, scene.clock.instant()));
    }

    @Test
    void aDisabledBackendStartsAnewWhenItIsEnabled() {
        var scene = HealthScene.twoHealthy();
        scene.backend("a", "zone-a", 100, AdminState.DISABLED, 8080).configure();
        assertThat(scene.state("a")).isEqualTo(DISABLED);
        assertThat(scene.fail("a").connectFails("a", 5).state("a")).isEqualTo(DISABLED);

        scene.backend("a", "zone-a", 100, AdminState.ENABLED, 8080).configure();

        assertThat(scene.state("a")).isEqualTo(CHECKING);
    }

    @Test
    void aReloadKeepsHealthAndAMovedBackendStartsAnew() {
        var scene = HealthScene.twoHealthy();
        long before = scene.clock.getAsLong();
        scene.pass(SECOND).fail("a").takeEffects();

        scene.backend("b", "zone-a", 100, AdminState.ENABLED, 9090).configure();

        assertThat(scene.takeEffects()).isEmpty();
        assertThat(scene.fail("a").state("a")).isEqualTo(UNHEALTHY);
        assertThat(scene.succeedBegun("b", before).state("b")).isEqualTo(CHECKING);
    }

    @Test
    void newSettingsOfACheckKeepTheVerdictAndStartTheCountAgain() {
        var scene = HealthScene.twoHealthy();
        scene.fail("a").fail("a").succeed("a").succeed("a").pass(SECOND);

        scene.check(Optional.of(HealthScene.check(HealthCheck.Initial.UNHEALTHY))).configure();

        assertThat(scene.succeed("a").state("a")).isEqualTo(UNHEALTHY);
        assertThat(scene.state("b")).isEqualTo(HEALTHY);
        assertThat(scene.check(Optional.empty()).configure().state("a")).isEqualTo(HEALTHY);
    }

    @Test
    void whatIsNotConfiguredIsIgnoredAsNewsAndRefusedAsAQuestion() {
        var scene = HealthScene.twoHealthy();
        scene.remove("b").configure();

        scene.fail("b").connectFails("b", 5).succeed("nobody");

        assertThat(scene.takeEffects()).isEmpty();
        assertThatThrownBy(() -> scene.state("b")).hasMessage("pool shop has no backend b");
    }
}
