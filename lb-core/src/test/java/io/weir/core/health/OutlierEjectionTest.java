package io.weir.core.health;

import static io.weir.core.health.BackendState.EJECTED;
import static io.weir.core.health.BackendState.HEALTHY;
import static io.weir.core.health.BackendState.UNHEALTHY;
import static io.weir.core.health.HealthScene.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.BackendStatus.By;
import io.weir.core.health.HealthEffect.BackendChanged;
import io.weir.core.health.HealthEffect.EjectionRefused;
import io.weir.core.model.AdminState;
import io.weir.core.model.OutlierDetection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutlierEjectionTest {
    private static final List<String> TEN = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");

    @Test
    void answers5xxInARowEject() {
        var scene = healthy(new DetectionRules().consecutive(3, 0, 5).build(), TEN);

        scene.failed("a", TrafficFailure.SERVER_ERROR, 0, 0, 2);
        assertThat(scene.state("a")).isEqualTo(HEALTHY);

        scene.takeEffects();
        scene.failed("a", TrafficFailure.SERVER_ERROR, 0, 0, 3);
        assertThat(scene.takeEffects()).contains(new BackendChanged(key("a"), HEALTHY, EJECTED,
                new Reason("consecutive-5xx", "3 answers 5xx or failures in a row"), By.TRAFFIC, scene.clock.instant()));
    }

    @Test
    void gatewayErrorsAndFailuresWithoutAnAnswerHaveCountsOfTheirOwn() {
        var scene = healthy(new DetectionRules().consecutive(0, 4, 2).build(), TEN);

        scene.failed("a", TrafficFailure.GATEWAY_ERROR, 0, 4, 9);
        scene.failed("b", TrafficFailure.RESET, 2, 2, 2);
        scene.failed("c", TrafficFailure.SERVER_ERROR, 0, 0, 100);

        assertThat(scene.cause("a")).isEqualTo("4 gateway errors in a row");
        assertThat(scene.book.status(key("b")).reason()).isEqualTo(new Reason("connection-reset", "connection reset, 2 in a row"));
        assertThat(scene.state("c")).isEqualTo(HEALTHY);
    }

    @Test
    void withoutDetectionTrafficEjectsNobodyAndStillAsksForProbes() {
        var scene = healthy(Optional.empty(), TEN);
        scene.takeEffects();

        scene.connectFails("a", 1000).failed("b", TrafficFailure.RESET, 1000, 1000, 1000);

        assertThat(scene.takeEffects()).containsExactly(new HealthEffect.ProbeNow(key("a")), new HealthEffect.ProbeNow(key("b")));
    }

    @Test
    void detectionThatIsTurnedOffLetsTheEjectedBackIn() {
        var scene = healthy(new DetectionRules().build(), TEN).connectFails("a", 5);

        scene.outliers(Optional.empty()).configure();

        assertThat(scene.state("a")).isEqualTo(HEALTHY);
        assertThat(scene.cause("a")).isEqualTo("outlier detection is off");
    }

    @Test
    void noMoreThanTheGreatestShareIsEjected() {
        var scene = healthy(new DetectionRules().maxEjected(30).build(), TEN);

        TEN.forEach(name -> scene.connectFails(name, 5));

        assertThat(ejected(scene)).containsExactly("a", "b", "c");
        assertThat(scene.takeEffects()).contains(new EjectionRefused(key("d"), new Reason("connect-refused", "connect refused, 5 in a row"),
                EjectionLimit.MAX_EJECTED, scene.clock.instant()));
    }

    @Test
    void oneMayAlwaysBeEjected() {
        var scene = healthy(new DetectionRules().maxEjected(10).build(), List.of("a", "b", "c"));

        scene.connectFails("a", 5).connectFails("b", 5);

        assertThat(ejected(scene)).containsExactly("a");
    }

    @Test
    void belowTheLeastHealthNobodyIsEjectedAndTheEjectedReturn() {
        var scene = healthy(new DetectionRules().minHealth(70).build(), TEN);
        scene.connectFails("a", 5).connectFails("b", 5).connectFails("c", 5);
        assertThat(ejected(scene)).containsExactly("a", "b", "c");

        scene.takeEffects();
        scene.connectFails("d", 5);
        assertThat(scene.takeEffects()).contains(new EjectionRefused(key("d"), new Reason("connect-refused", "connect refused, 5 in a row"),
                EjectionLimit.MIN_HEALTH, scene.clock.instant()));

        scene.fail("e").fail("e");
        assertThat(ejected(scene)).isEmpty();
        assertThat(scene.cause("a")).isEqualTo("too few are usable for ejections");
        assertThat(scene.state("e")).isEqualTo(UNHEALTHY);
    }

    @Test
    void aSweepEjectsWhoFailsMuchMoreThanTheOthers() {
        var scene = healthy(new DetectionRules().successRate(5, 100, 1.9).build(), TEN);
        Map<String, AnswerCounts> seen = new HashMap<>();
        TEN.forEach(name -> seen.put(name, new AnswerCounts(200, name.equals("c") ? 150 : 1, 0)));

        scene.sweep(seen);

        assertThat(ejected(scene)).containsExactly("c");
        assertThat(scene.book.status(key("c")).causeCode()).isEqualTo("success-rate");
    }

    @Test
    void aSweepObeysTheLimitsAndTakesTheWorstFirst() {
        var scene = healthy(new DetectionRules().latency(3, 100, 3).maxEjected(10).build(), TEN);
        Map<String, AnswerCounts> seen = new HashMap<>();
        TEN.forEach(name -> seen.put(name, new AnswerCounts(100, 0, 100_000_000L)));
        seen.put("b", new AnswerCounts(100, 0, 500_000_000L));
        seen.put("g", new AnswerCounts(100, 0, 900_000_000L));

        scene.sweep(seen);

        assertThat(ejected(scene)).containsExactly("g");
        assertThat(scene.book.status(key("g")).causeCode()).isEqualTo("latency");
    }

    @Test
    void whoIsOutIsNotComparedAgain() {
        var scene = healthy(new DetectionRules().latency(3, 100, 3).build(), TEN);
        scene.fail("b").fail("b");

        scene.sweep(Map.of("a", new AnswerCounts(100, 0, 100), "b", new AnswerCounts(100, 0, 900), "c", new AnswerCounts(100, 0, 100)));

        assertThat(scene.state("b")).isEqualTo(UNHEALTHY);
    }

    @Test
    void aScriptsWeightReplacesTheConfiguredOneAndStaysUntilTheNext() {
        var scene = healthy(new DetectionRules().build(), List.of("a", "b"));
        scene.takeEffects();

        scene.succeedWithWeight("a", 7);
        assertThat(scene.takeEffects()).containsExactly(new HealthEffect.WeightChanged(key("a")));
        assertThat(scene.weight("a")).isEqualTo(7);

        assertThat(scene.succeed("a").weight("a")).isEqualTo(7);
        assertThat(scene.backend("a", "zone-a", 0, AdminState.ENABLED, 8080).configure().weight("a")).isZero();
    }

    @Test
    void aScriptsWeightOfZeroTakesNothingAndIsNobodyToFallBackOn() {
        var scene = healthy(new DetectionRules().build(), List.of("a", "b"));

        scene.succeedWithWeight("b", 0).connectFails("a", 5);

        assertThat(scene.weight("b")).isZero();
        assertThat(scene.state("b")).isEqualTo(HEALTHY);
        assertThat(scene.state("a")).isEqualTo(HEALTHY);
    }

    @Test
    void anEjectionEndsInTimeUnlessASuccessEndsItBefore() {
        OutlierDetection rules = new DetectionRules()
            .ejections(Duration.ofSeconds(4), Duration.ofSeconds(300), OutlierDetection.Backoff.EXPONENTIAL)
            .build();
        var scene = new HealthScene().check(Optional.empty()).outliers(Optional.of(rules));
        List.of("a", "b").forEach(name -> scene.backend(name, "zone-a"));
        scene.configure();

        for (int seconds : new int[] {4, 8, 16, 32}) {
            scene.connectFails("a", 5).pass(Duration.ofSeconds(seconds).minusNanos(1));
            assertThat(scene.state("a")).isEqualTo(EJECTED);
            assertThat(scene.pass(Duration.ofNanos(1)).book.status(key("a")).causeCode()).isEqualTo("ejection-over");
        }
    }

    private static HealthScene healthy(OutlierDetection rules, List<String> names) {
        return healthy(Optional.of(rules), names);
    }

    private static HealthScene healthy(Optional<OutlierDetection> rules, List<String> names) {
        HealthScene scene = new HealthScene().outliers(rules);
        names.forEach(name -> scene.backend(name, "zone-a"));
        scene.configure();
        names.forEach(scene::succeed);
        return scene;
    }

    private static List<String> ejected(HealthScene scene) {
        return scene.backends().keySet().stream().filter(name -> scene.state(name) == EJECTED).toList();
    }
}
