package io.weir.health.schedule;

import static io.weir.health.TestPools.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.BackendKey;
import io.weir.core.model.AdminState;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.ProxyProtocol;
import io.weir.health.TestPools;
import io.weir.health.probe.ProbeTarget;
import io.weir.health.schedule.SimulatedProber.Mood;
import io.weir.testkit.Seeded;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProbeSchedulerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG_INTERVAL = Duration.ofSeconds(50);
    private static final HealthCheck EVERY_SECOND = TestPools.tcp(SECOND, SECOND, 3, 2);
    private static final BackendKey A = key("a");

    private final SimulatedTimer timer = new SimulatedTimer();
    private final SimulatedProber prober = new SimulatedProber(timer);
    private final ProbeCounters counters = new ProbeCounters();
    private final List<BackendKey> outcomes = new ArrayList<>();
    private ProbeScheduler scheduler = scheduler(100);

    private ProbeScheduler scheduler(int maxOpen) {
        return new ProbeScheduler(timer, prober, maxOpen, Seeded.generator(7), (backend, _) -> outcomes.add(backend), counters);
    }

    private static Map<BackendKey, ProbeTarget> targets(HealthCheck check, int count) {
        Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
        IntStream.range(0, count).forEach(i -> addresses.put(count == 1 ? "a" : "b" + i, new InetSocketAddress("10.0.0.1", 8000 + i)));
        return ProbeTarget.of(TestPools.shop(check, addresses));
    }

    @Test
    void theFirstProbeComesWithinTheIntervalAndTheOthersOneIntervalApart() {
        scheduler.follow(targets(EVERY_SECOND, 1));

        timer.pass(Duration.ofSeconds(10));

        List<Duration> starts = prober.starts();
        assertThat(starts.getFirst()).isLessThan(SECOND);
        assertThat(starts).hasSize(10);
        assertThat(starts.get(9).minus(starts.get(0))).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void theFirstProbesAreSpreadOverTheInterval() {
        scheduler.follow(targets(EVERY_SECOND, 1_000));

        timer.pass(SECOND);

        for (int tenth = 0; tenth < 10; tenth++) {
            Duration from = Duration.ofMillis(100L * tenth);
            assertThat(prober.starts.stream().filter(s -> s.at().compareTo(from) >= 0 && s.at().compareTo(from.plusMillis(100)) < 0))
                .hasSizeBetween(60, 140);
        }
    }

    @Test
    void aLongIntervalDelaysNoFirstProbeAndSpreadsTheThirdOnes() {
        scheduler.follow(targets(TestPools.tcp(LONG_INTERVAL, SECOND, 3, 2), 1_000));

        timer.pass(SECOND);
        assertThat(prober.starts.stream().map(SimulatedProber.Start::address).distinct()).hasSize(1_000);

        timer.pass(LONG_INTERVAL.plus(SECOND));
        prober.starts.clear();
        timer.pass(LONG_INTERVAL.dividedBy(10));
        assertThat(prober.starts).hasSizeBetween(60, 140);
    }

    @Test
    void aTimeoutPutsTheNextProbeOneIntervalAfterItsEnd() {
        prober.mood = Mood.SILENT;
        scheduler.follow(targets(TestPools.tcp(SECOND, Duration.ofSeconds(5), 3, 2), 1));

        timer.pass(Duration.ofSeconds(20));

        List<Duration> starts = prober.starts();
        assertThat(starts.get(1).minus(starts.get(0))).isEqualTo(Duration.ofSeconds(6));
        assertThat(starts.get(2).minus(starts.get(1))).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void aProbeThatIsAskedForComesAtOnceAndTheScheduleGoesOnFromThere() {
        scheduler.follow(targets(EVERY_SECOND, 1));
        timer.pass(Duration.ofMillis(2_300));
        prober.starts.clear();

        scheduler.probeNow(A);
        Duration asked = timer.sinceStart();
        timer.pass(SECOND);

        assertThat(prober.starts()).containsExactly(asked, asked.plus(SECOND));
    }

    @Test
    void aProbeThatIsAskedForWhileOneRunsFollowsIt() {
        prober.responseTime = Duration.ofMillis(400);
        scheduler.follow(targets(EVERY_SECOND, 1));
        scheduler.probeNow(A);
        timer.pass(Duration.ofMillis(100));

        scheduler.probeNow(A);
        scheduler.probeNow(A);
        timer.pass(SECOND);

        assertThat(prober.starts()).containsExactly(Duration.ZERO, Duration.ofMillis(400));
    }

    @Test
    void noMoreSocketsAreOpenThanAllowedAndEverybodyGetsATurn() {
        scheduler = scheduler(10);
        prober.responseTime = Duration.ofMillis(50);
        scheduler.follow(targets(EVERY_SECOND, 500));

        timer.pass(Duration.ofSeconds(60));

        assertThat(prober.mostOpen).isEqualTo(10);
        assertThat(counters.waited()).isPositive();
        assertThat(prober.starts.stream().map(SimulatedProber.Start::address).distinct()).hasSize(500);
        assertThat(prober.starts).hasSizeBetween(11_900, 12_000);
    }

    @Test
    void aNodeWithoutSocketsGoesOnAtTheSamePace() {
        scheduler = scheduler(10);
        prober.mood = Mood.NO_SOCKET;
        scheduler.follow(targets(EVERY_SECOND, 5_000));

        timer.pass(Duration.ofSeconds(3));

        assertThat(counters.notTried()).isEqualTo(15_000);
        assertThat(scheduler.open()).isZero();
    }

    @Test
    void targetsThatStayKeepTheirPlaceAndOthersGo() {
        scheduler.follow(targets(EVERY_SECOND, 100));
        timer.pass(SECOND);
        List<SimulatedProber.Start> first = prober.starts.stream().filter(s -> s.address().getPort() != 8000).toList();

        var fewer = targets(EVERY_SECOND, 100);
        fewer.remove(key("b0"));
        scheduler.follow(fewer);
        prober.starts.clear();
        timer.pass(SECOND);

        assertThat(prober.starts)
            .isEqualTo(first.stream().map(s -> new SimulatedProber.Start(s.address(), s.at().plus(SECOND))).toList());
    }

    @Test
    void aTargetThatGoesWhileItIsProbedHasNoOutcome() {
        prober.responseTime = Duration.ofMillis(500);
        scheduler.follow(targets(EVERY_SECOND, 1));
        scheduler.probeNow(A);

        scheduler.stop();
        timer.pass(Duration.ofSeconds(5));

        assertThat(outcomes).isEmpty();
        assertThat(scheduler.open()).isZero();
        assertThat(timer.scheduled()).isZero();
    }

    private static Map<BackendKey, ProbeTarget> shared(HealthCheck check, int pools) {
        Map<BackendKey, ProbeTarget> targets = new LinkedHashMap<>();
        var target = new ProbeTarget(new InetSocketAddress("10.0.0.1", 80), check, ProxyProtocol.NONE, Optional.empty());
        IntStream.range(0, pools).forEach(i -> targets.put(new BackendKey("pool-" + i, "a"), target));
        return targets;
    }

    @Test
    void aServerThatStandsInManyPoolsIsProbedOnceForAllOfThem() {
        scheduler.follow(shared(EVERY_SECOND, 50));

        timer.pass(Duration.ofSeconds(10));

        assertThat(prober.starts()).hasSize(10);
        assertThat(outcomes).hasSize(500);
        assertThat(outcomes.stream().distinct()).hasSize(50);
    }

    @Test
    void aPoolThatJoinsASharedServerHasItsFirstResultSoonAndAPoolThatLeavesHasNone() {
        HealthCheck slow = TestPools.tcp(LONG_INTERVAL, SECOND, 3, 2);
        scheduler.follow(shared(slow, 2));
        timer.pass(Duration.ofSeconds(120));
        outcomes.clear();

        scheduler.follow(shared(slow, 3));
        timer.pass(SECOND);
        assertThat(outcomes).containsExactlyInAnyOrder(new BackendKey("pool-0", "a"), new BackendKey("pool-1", "a"),
                new BackendKey("pool-2", "a"));

        outcomes.clear();
        scheduler.follow(shared(slow, 1));
        timer.pass(LONG_INTERVAL.plus(SECOND));
        assertThat(outcomes).containsExactly(new BackendKey("pool-0", "a"));
    }

    @Test
    void aResultAgainstTheStateBringsTheNextProbesAtTheFastInterval() {
        Duration fast = Duration.ofMillis(200);
        scheduler.follow(targets(TestPools.tcp(Duration.ofSeconds(10), SECOND, 3, 2).withFastInterval(fast), 1));
        timer.pass(Duration.ofSeconds(60));
        prober.starts.clear();

        prober.mood = Mood.REFUSES;
        timer.pass(Duration.ofSeconds(30));
        assertThat(gaps()).startsWith(fast, Duration.ofSeconds(10)); // two failures are a verdict, and it is slow again

        prober.mood = Mood.ANSWERS;
        prober.starts.clear();
        timer.pass(Duration.ofSeconds(30));
        assertThat(gaps()).startsWith(fast, fast, Duration.ofSeconds(10));
    }

    private List<Duration> gaps() {
        List<Duration> starts = prober.starts();
        return IntStream.range(1, starts.size()).mapToObj(i -> starts.get(i).minus(starts.get(i - 1))).toList();
    }

    @Test
    void whatHasHappenedIsCountedByTypeAndResult() {
        scheduler.follow(targets(EVERY_SECOND, 1));
        timer.pass(Duration.ofSeconds(2));
        prober.mood = Mood.REFUSES;
        timer.pass(Duration.ofSeconds(3));

        assertThat(counters.ended()).isEqualTo(Map.of(new ProbeCounters.Kind("tcp", ProbeCounters.Result.PASSED), 2L,
                new ProbeCounters.Kind("tcp", ProbeCounters.Result.FAILED), 3L));
        assertThat(counters.lateCells().getFirst()).isEqualTo(5);
    }

    @Test
    void disabledBackendsAreNotProbedAndDrainingOnesAre() {
        var address = new InetSocketAddress("10.0.0.1", 80);

        var targets = ProbeTarget.of(TestPools.shop(EVERY_SECOND, List.of(TestPools.backend("on", address, AdminState.ENABLED),
                TestPools.backend("drain", address, AdminState.DRAIN), TestPools.backend("off", address, AdminState.DISABLED))));

        assertThat(targets.keySet()).containsExactly(key("on"), key("drain"));
    }
}
