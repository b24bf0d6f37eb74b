package io.weir.health.schedule;

import static io.weir.health.TestPools.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.BackendState;
import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.health.HealthBook;
import io.weir.core.health.HealthEffect;
import io.weir.core.health.HealthEffect.BackendChanged;
import io.weir.core.health.Moment;
import io.weir.core.model.Configuration;
import io.weir.core.model.HealthCheck;
import io.weir.health.TestPools;
import io.weir.health.probe.ProbeTarget;
import io.weir.health.schedule.SimulatedProber.Mood;
import io.weir.testkit.Seeded;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Schedule and rules together, under simulated time, against CLB's official windows (CLB-17). */
class DetectionWindowProperties {
    private static final HealthCheck CLB = TestPools.tcp(Duration.ofSeconds(2), Duration.ofSeconds(5), 3, 3);
    private static final HealthCheck SHIPPED = TestPools.tcp(Duration.ofSeconds(1), Duration.ofSeconds(1), 3, 2);

    /** One member from probe to verdict. */
    private static final class Scene {
        final SimulatedTimer timer = new SimulatedTimer();
        final SimulatedProber prober = new SimulatedProber(timer);
        final HealthBook book = new HealthBook();
        final List<Duration> changes = new ArrayList<>();
        final List<BackendState> states = new ArrayList<>();
        final ProbeScheduler scheduler;

        Scene(HealthCheck check, RandomGenerator random) {
            scheduler = new ProbeScheduler(timer, prober, 10, random,
                    (backend, outcome) -> apply(book.onProbe(backend, outcome, timer.now())), new ProbeCounters());
            Configuration shop = TestPools.shop(check, Map.of("a", new InetSocketAddress("10.0.0.1", 80)));
            apply(book.reconfigure(shop, timer.now()));
            scheduler.follow(ProbeTarget.of(shop));
            timer.pass(Duration.ofSeconds(200));
            forget();
        }

        private void apply(List<HealthEffect> effects) {
            for (HealthEffect effect : effects) {
                switch (effect) {
                    case BackendChanged change -> {
                        changes.add(timer.sinceStart());
                        states.add(change.to());
                    }
                    case HealthEffect.ProbeNow(var backend) -> scheduler.probeNow(backend);
                    case HealthEffect.TierChanged _,HealthEffect.QuorumChanged _,HealthEffect.EjectionRefused _,HealthEffect.WeightChanged _ ->
                        {
                        }
                }
            }
        }

        private void forget() {
            changes.clear();
            states.clear();
            prober.starts.clear();
        }

        /** From the first probe that meets the mood to the change of state. */
        Duration window(Mood mood, BackendState wanted) {
            forget();
            prober.mood = mood;
            timer.pass(Duration.ofHours(2));
            assertThat(states).containsExactly(wanted);
            return changes.getFirst().minus(prober.starts().getFirst());
        }
    }

    @Test
    void presetClbFindsASilentMemberAfter19SecondsAndARefusingOneAfterTwoIntervals() {
        assertThat(new Scene(CLB, Seeded.generator(1)).window(Mood.SILENT, BackendState.UNHEALTHY)).isEqualTo(Duration.ofSeconds(19));
        assertThat(new Scene(CLB, Seeded.generator(2)).window(Mood.REFUSES, BackendState.UNHEALTHY)).isEqualTo(Duration.ofSeconds(4));
        assertThat(CLB.detectionWindow()).isEqualTo(Duration.ofSeconds(19));
    }

    @Test
    void shippedDefaultsFindASilentMemberAfter3Seconds() {
        assertThat(new Scene(SHIPPED, Seeded.generator(3)).window(Mood.SILENT, BackendState.UNHEALTHY)).isEqualTo(Duration.ofSeconds(3));
        assertThat(SHIPPED.detectionWindow()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void presetsNlbAndAlbKeepTheirProductsWindows() {
        HealthCheck nlb = TestPools.tcp(Duration.ofSeconds(5), Duration.ofSeconds(5), 2, 2);
        HealthCheck alb = TestPools.http(Duration.ofSeconds(2), Duration.ofSeconds(5), 3, 3);

        assertThat(new Scene(nlb, Seeded.generator(6)).window(Mood.SILENT, BackendState.UNHEALTHY)).isEqualTo(Duration.ofSeconds(15));
        assertThat(new Scene(alb, Seeded.generator(7)).window(Mood.SILENT, BackendState.UNHEALTHY)).isEqualTo(Duration.ofSeconds(19));
        assertThat(nlb.detectionWindow()).isEqualTo(Duration.ofSeconds(15));
        assertThat(alb.detectionWindow()).isEqualTo(Duration.ofSeconds(19));
    }

    @Test
    void anHttpProbeHasTheTimeoutThatItWasGivenHoweverLongItsInterval() {
        HealthCheck http = TestPools.http(Duration.ofSeconds(5), Duration.ofSeconds(1), 3, 2);

        assertThat(new Scene(http, Seeded.generator(4)).window(Mood.SILENT, BackendState.UNHEALTHY)).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void theOfficialWindowsHoldForAllSettings() {
        Seeded.rounds(300, random -> {
            HealthCheck check = TestPools.tcp(Duration.ofMillis(random.nextLong(100, 50_001)),
                    Duration.ofMillis(random.nextLong(100, 300_001)),
                    random.nextInt(1, 11), random.nextInt(1, 11));
            Scene scene = new Scene(check, random);

            assertThat(scene.window(Mood.SILENT, BackendState.UNHEALTHY)).isEqualTo(check.detectionWindow());

            Duration responseTime = Duration.ofMillis(random.nextLong(1, 100));
            scene.prober.responseTime = responseTime;
            assertThat(scene.window(Mood.ANSWERS, BackendState.HEALTHY))
                .isEqualTo(responseTime.multipliedBy(check.healthy()).plus(check.interval().multipliedBy(check.healthy() - 1L)));

            assertThat(scene.window(Mood.REFUSES, BackendState.UNHEALTHY))
                .isEqualTo(check.interval().multipliedBy(check.unhealthy() - 1L));
        });
    }

    @Test
    void underTrafficARefusingMemberIsFoundWithinATenthOfASecond() {
        Scene scene = new Scene(SHIPPED, Seeded.generator(5));
        scene.prober.mood = Mood.REFUSES;
        scene.prober.starts.clear();
        Duration death = scene.timer.sinceStart();

        for (int request = 0; request < 500 && scene.changes.isEmpty(); request++) {
            Moment now = scene.timer.now();
            scene.apply(scene.book.onConnectFailed(key("a"), ConnectFailure.REFUSED, request + 1, now));
            scene.timer.pass(Duration.ofMillis(2));
        }

        assertThat(scene.states).containsExactly(BackendState.UNHEALTHY);
        assertThat(scene.changes.getFirst().minus(death)).isLessThanOrEqualTo(Duration.ofMillis(100));
    }
}
