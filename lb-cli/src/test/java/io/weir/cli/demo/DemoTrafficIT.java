package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.cli.demo.OpenLoopTraffic.Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** 500 requests a second through the demonstration, by layer 7 alone and by layer 4 before it, while its backends come and go. */
class DemoTrafficIT {
    private static final int PER_SECOND = 500;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /**
     * Within this after a kill or a command, a request may still meet how things were before. A kill counts from its signal: on a busy machine the
     * kernel goes on taking connections for a process that is still ending.
     */
    private static final Duration GRACE = Duration.ofMillis(100);
    /** Traffic runs on so long after each step. */
    private static final Duration WATCHED = Duration.ofSeconds(1);
    /** Of the demonstration's pool {@code failover-demo}. */
    private static final Duration HOLD_DOWN = Duration.ofSeconds(5);

    private final List<Step> kills = new ArrayList<>();
    private RunningDemo demo;
    private long originNanos;

    /** When something was begun and when it was done. */
    private record Step(String name, long begunNanos, long doneNanos) {
        long inForceNanos() {
            return doneNanos + GRACE.toNanos();
        }
    }

    @BeforeEach
    void start() throws InterruptedException {
        demo = RunningDemo.start();
        originNanos = System.nanoTime();
    }

    @AfterEach
    void end() {
        demo.close();
    }

    @Test
    void noRequestFailsWhileBackendsAreKilledRemovedDrainedAndWeighedDown() throws Exception {
        var streams = new ArrayList<Stream>();
        for (String address : List.of(demo.web(), demo.edge())) {
            streams.addAll(List.of(new Stream(address, "/"), new Stream(address, "/a"), new Stream(address, "/b"),
                    new Stream(address, "/slow?delay=200")));
        }
        OpenLoopTraffic traffic = OpenLoopTraffic.start(PER_SECOND, streams);
        try (traffic) {
            serves(traffic, "a-1", "a-2", "b-1", "b-2");

            kill("a-1");
            demo.awaitState("shop", "a-1", state -> !state.equals("healthy"));
            watch();
            demo.restart("a-1");
            demo.awaitState("shop", "a-1", "healthy"::equals);
            serves(traffic, "a-1");

            Step removed = step("remove a-2", "backend", "remove", "shop", "a-2");
            watch();
            Step readded = step("add a-2", "backend", "add", "shop", "a-2", "--address", demo.address("a-2"), "--zone", "zone-a", "--wait",
                    "20s");
            servesNothing(traffic, "a-2", removed, readded);
            serves(traffic, "a-2");

            Step drained = step("drain b-1", "backend", "drain", "shop", "b-1");
            watch();
            Step enabled = step("enable b-1", "backend", "enable", "shop", "b-1", "--wait", "20s");
            servesNothing(traffic, "b-1", drained, enabled);
            serves(traffic, "b-1");

            Step weighedDown = step("weight of b-2 to 0", "backend", "set", "shop", "b-2", "--weight", "0");
            watch();
            Step weighedUp = step("weight of b-2 back", "backend", "set", "shop", "b-2", "--unset", "weight");
            servesNothing(traffic, "b-2", weighedDown, weighedUp);
            serves(traffic, "b-2");
        }
        judge(traffic);
    }

    @Test
    void theBackupZoneTakesOverWithoutAFailureAndHandsBackAfterTheHoldDown() throws Exception {
        OpenLoopTraffic traffic = OpenLoopTraffic.start(PER_SECOND,
                List.of(new Stream(demo.web(), "/failover"), new Stream(demo.web(), "/"), new Stream(demo.web(), "/failover?delay=50"),
                        new Stream(demo.edge(), "/")));
        try (traffic) {
            serves(traffic, "a-1", "a-2", "b-1", "b-2");
            assertThat(demo.pool("failover-demo").path("activeTier").asString()).isEqualTo("primary");

            kill("a-1");
            watch();
            kill("a-2");
            await().atMost(LIMIT).until(() -> demo.pool("failover-demo").path("activeTier").asString().equals("backup"));
            watch();

            demo.restart("a-1");
            demo.restart("a-2");
            long notBackNanos = System.nanoTime();
            await().atMost(LIMIT).until(() -> demo.pool("failover-demo").path("activeTier").asString().equals("primary"));
            watch();
            List<Exchange> afterwards = failover(traffic).filter(one -> one.startedNanos() - kills.getLast().inForceNanos() >= 0).toList();
            Exchange first = afterwards.stream().filter(one -> one.backend().startsWith("a-")).findFirst().orElseThrow();
            assertThat(Duration.ofNanos(first.endedNanos() - notBackNanos)).isGreaterThan(HOLD_DOWN);
            assertThat(afterwards).filteredOn(one -> one.endedNanos() - first.startedNanos() < 0)
                .hasSizeGreaterThan(PER_SECOND)
                .allMatch(one -> one.backend().startsWith("b-"));
        }
        judge(traffic);
    }

    private static java.util.stream.Stream<Exchange> failover(OpenLoopTraffic traffic) {
        return traffic.exchanges().stream().filter(one -> one.target().startsWith("/failover"));
    }

    private void kill(String backend) {
        long begunNanos = System.nanoTime();
        demo.kill(backend);
        kills.add(new Step("kill " + backend, begunNanos, System.nanoTime()));
    }

    private Step step(String name, String... words) {
        long begunNanos = System.nanoTime();
        demo.weir(words);
        return new Step(name, begunNanos, System.nanoTime());
    }

    /** As long as it says: a park may end at once, for an earlier unpark. */
    private static void watch() {
        long endNanos = System.nanoTime() + WATCHED.toNanos();
        for (long left = WATCHED.toNanos(); left > 0; left = endNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Waits until each of them has answered, by both ways, a request that starts from now on. */
    private void serves(OpenLoopTraffic traffic, String... backends) {
        long fromNanos = System.nanoTime();
        for (String backend : backends) {
            for (String address : List.of(demo.web(), demo.edge())) {
                await().atMost(LIMIT)
                    .until(() -> traffic.exchanges()
                        .stream()
                        .anyMatch(one -> one.startedNanos() - fromNanos >= 0 && one.through().equals(address)
                                && one.backend().equals(backend)));
            }
        }
    }

    /** No request that started when {@code out} was in force and before {@code in} was begun was answered by {@code backend}. */
    private static void servesNothing(OpenLoopTraffic traffic, String backend, Step out, Step in) {
        List<Exchange> meanwhile = traffic.exchanges()
            .stream()
            .filter(one -> one.startedBetween(out.inForceNanos(), in.begunNanos()))
            .toList();
        assertThat(meanwhile).as("after %s", out.name()).hasSizeGreaterThan(PER_SECOND / 4).noneMatch(one -> one.backend().equals(backend));
    }

    /** A request may have failed only if it was in flight at a kill or started within the grace after it. */
    private void judge(OpenLoopTraffic traffic) {
        List<Exchange> all = traffic.exchanges();
        List<Exchange> failed = all.stream().filter(Exchange::failed).toList();
        System.out.printf("%d requests over %d connections, %d failed at a kill%n", all.size(), traffic.connections(), failed.size());
        failed.forEach(one -> System.out.println("  " + one.text(originNanos)));
        assertThat(failed).filteredOn(one -> kills.stream().noneMatch(kill -> excuses(kill, one)))
            .as("failures without a kill")
            .extracting(one -> one.text(originNanos))
            .isEmpty();
    }

    private static boolean excuses(Step kill, Exchange one) {
        return one.startedNanos() - kill.inForceNanos() < 0 && one.endedNanos() - kill.begunNanos() >= 0;
    }
}
