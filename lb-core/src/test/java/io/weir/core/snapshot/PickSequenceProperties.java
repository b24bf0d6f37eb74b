package io.weir.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weir.core.balance.LoopBackend;
import io.weir.core.health.BackendState;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.HashKey;
import io.weir.core.model.Algorithm.Plain;
import io.weir.core.model.Failover;
import io.weir.core.model.Locality;
import io.weir.core.model.Percent;
import io.weir.core.model.Tier;
import io.weir.core.model.ZonePolicy;
import io.weir.core.model.ZoneTiers;
import io.weir.testkit.Seeded;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PickSequenceProperties {
    private static final List<BackendState> STATES = List.of(BackendState.values());

    private final PickSequence sequence = new PickSequence();

    static Stream<Algorithm> algorithms() {
        return Stream.concat(Arrays.stream(Plain.values()), Stream.of(new Algorithm.Maglev(HashKey.TUPLE)));
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void eachMemberIsTriedOnceGroupByGroup(Algorithm algorithm) {
        Seeded.rounds(20, random -> {
            Scene scene = scene(random, algorithm);
            scene.publish();

            List<String> tried = walk(Scene.loop(random.nextLong()), scene, random.nextLong());

            assertThat(tried).doesNotHaveDuplicates();
            int from = 0;
            for (Candidates group : scene.view("shop").groups()) {
                List<String> members = names(group);
                assertThat(tried.subList(from, from + members.size())).containsExactlyInAnyOrderElementsOf(members);
                from += members.size();
            }
            assertThat(tried).hasSize(from);
        });
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void firstTriesAreSharedAsTheGroupsSayAndTheOthersFollowInOrder(Algorithm algorithm) {
        Scene scene = halfOfThePrimaryTierSpills(algorithm); // 140% of 50%
        LoopState loop = Scene.loop(7);
        RandomGenerator random = Seeded.generator(7);
        int primary = 0;

        for (int i = 0; i < 20_000; i++) {
            List<String> tried = walk(loop, scene, random.nextLong());
            assertThat(tried).hasSize(2);
            primary += tried.getFirst().startsWith("a") ? 1 : 0;
        }

        assertThat(primary).isBetween(13_700, 14_300);
    }

    @Test
    void aHashAlwaysBeginsInTheSameGroup() {
        Scene scene = halfOfThePrimaryTierSpills(new Algorithm.Maglev(HashKey.SOURCE));

        for (long hash = 0; hash < 1_000; hash++) {
            long scattered = hash * 0x9E3779B97F4A7C15L;
            assertThat(walk(Scene.loop(hash), scene, scattered)).isEqualTo(walk(Scene.loop(hash + 1), scene, scattered));
        }
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void aFirstTryAllocatesNothing(Algorithm algorithm) {
        Scene scene = halfOfThePrimaryTierSpills(algorithm);
        PoolState pool = Scene.loop(1).pool(scene.view("shop"));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        firstTries(pool, 1_000);
        long before = threads.getCurrentThreadAllocatedBytes();

        firstTries(pool, 100_000);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }

    private void firstTries(PoolState pool, int count) {
        for (int i = 0; i < count; i++) {
            sequence.start(pool, i * 0x9E3779B97F4A7C15L, i);
            Objects.requireNonNull(sequence.next()).close();
            sequence.clear();
        }
    }

    private static Scene halfOfThePrimaryTierSpills(Algorithm algorithm) {
        Scene scene = new Scene().algorithm(algorithm)
            .backend("shop", "a1", "zone-a")
            .backend("shop", "a2", "zone-a")
            .backend("shop", "b1", "zone-b");
        var spilling = new Failover(new Failover.When.NoneHealthy(), Failover.DEFAULT_HOLD_DOWN, Failover.Failback.AUTOMATIC, true,
                Optional.empty());
        var policy = new ZonePolicy(new ZoneTiers(List.of("zone-a"), List.of("zone-b")), spilling, Locality.ANY, Percent.NONE,
                ZonePolicy.DEFAULT_OVERPROVISIONING);
        scene.settings("shop", pool -> pool.zones(policy)).state("shop", "a2", BackendState.UNHEALTHY).configure().publish();
        return scene;
    }

    @Test
    void theFirstTryIsTheBalancersPickAndTheOthersComeInAnyOrder() {
        Scene scene = new Scene().algorithm(Plain.ROUND_ROBIN);
        for (int i = 0; i < 4; i++) {
            scene.backend("shop", "a" + i, "zone-a");
        }
        scene.configure().publish();
        LoopState loop = Scene.loop(5);
        Set<String> seconds = new HashSet<>();
        int last = number(walk(loop, scene, 0).getFirst());

        for (int i = 0; i < 100; i++) {
            List<String> tried = walk(loop, scene, 0);
            assertThat(number(tried.getFirst())).isEqualTo((last + 1) % 4);
            last = number(tried.getFirst());
            seconds.add(tried.get(0) + tried.get(1));
        }

        assertThat(seconds).hasSize(12);
    }

    @Test
    void membersAtTheirCapArePassedOverAndCounted() {
        Scene scene = new Scene().capped("shop", "a1", 1).capped("shop", "a2", 1).backend("shop", "b1", "zone-b").configure();
        scene.publish();
        PoolState pool = Scene.loop(1).pool(scene.view("shop"));
        LoopBackend first = next(pool);
        LoopBackend second = next(pool);

        LoopBackend third = next(pool);

        assertThat(List.of(first.key().backend(), second.key().backend())).containsExactlyInAnyOrder("a1", "a2");
        assertThat(third.key().backend()).isEqualTo("b1");
        assertThat(sequence.atCap()).isEqualTo(2);
        second.close();
        assertThat(next(pool)).isSameAs(second);
        assertThat(scene.view("shop").members().get(0).cap().open()).isEqualTo(1);
    }

    @Test
    void aCapHoldsOverAllLoops() {
        Scene scene = new Scene().capped("shop", "a1", 3).configure();
        scene.publish();

        long opened = Stream.of(1, 2, 3, 4)
            .map(seed -> Scene.loop(seed).pool(scene.view("shop")))
            .filter(pool -> {
                sequence.start(pool, 0, 0);
                return sequence.next() != null;
            })
            .count();

        assertThat(opened).isEqualTo(3);
    }

    @Test
    void afterAChangeItGoesOnAmongTheNewMembersWithoutRepeatingAny() {
        Seeded.rounds(200, random -> {
            Scene scene = scene(random, random.nextBoolean() ? Plain.WEIGHTED_ROUND_ROBIN : Plain.WEIGHTED_LEAST_CONNECTIONS);
            scene.publish();
            LoopState loop = Scene.loop(random.nextLong());
            Set<LoopBackend> tried = new HashSet<>();
            sequence.start(loop.pool(scene.view("shop")), random.nextLong(), 1);
            for (LoopBackend next = sequence.next(); next != null; next = sequence.next()) {
                assertThat(tried.add(next)).as("%s is tried again", next.key()).isTrue();
                assertThat(usable(scene.view("shop"))).contains(next.key().backend());
                if (random.nextInt(3) == 0) {
                    disturb(random, scene);
                    scene.configure().publish();
                    loop.pool(scene.view("shop")); // as another connection would
                }
            }
            Set<String> names = new HashSet<>();
            tried.forEach(backend -> names.add(backend.key().backend()));
            assertThat(names).containsAll(usable(scene.view("shop")));
        });
    }

    @Test
    void whereNobodyIsUsableThereIsNothingToTry() {
        Scene scene = new Scene().backend("shop", "a1", "zone-a").state("shop", "a1", BackendState.UNHEALTHY).configure();
        scene.publish();

        assertThat(walk(Scene.loop(1), scene, 0)).isEmpty();
    }

    @Test
    void aClearedSequenceHasNothingToTry() {
        Scene scene = new Scene().backend("shop", "a1", "zone-a").configure();
        scene.publish();
        sequence.start(Scene.loop(1).pool(scene.view("shop")), 0, 0);

        sequence.clear();

        assertThat(sequence.next()).isNull();
    }

    private static Scene scene(RandomGenerator random, Algorithm algorithm) {
        Scene scene = new Scene().algorithm(algorithm).active("shop", random.nextBoolean() ? Tier.PRIMARY : Tier.BACKUP);
        scene.backend("shop", "a0", "zone-a").backend("shop", "b0", "zone-b");
        for (int i = 0; i < 20; i++) {
            disturb(random, scene);
        }
        return scene.state("shop", "a0", BackendState.HEALTHY).state("shop", "b0", BackendState.HEALTHY).configure();
    }

    /** Changes one of up to 20 backends or turns the tiers; a0 and b0 are left alone. */
    private static void disturb(RandomGenerator random, Scene scene) {
        int number = 1 + random.nextInt(10);
        String name = (random.nextBoolean() ? "a" : "b") + number;
        switch (random.nextInt(5)) {
            case 0 -> scene.backend("shop", name, name.startsWith("a") ? "zone-a" : "zone-b");
            case 1 -> scene.remove("shop", name);
            case 2 -> scene.state("shop", name, STATES.get(random.nextInt(STATES.size())));
            case 3 -> scene.weight("shop", "a" + number, random.nextInt(0, 101));
            default -> scene.active("shop", random.nextBoolean() ? Tier.PRIMARY : Tier.BACKUP);
        }
    }

    private List<String> walk(LoopState loop, Scene scene, long hash) {
        List<String> tried = new ArrayList<>();
        sequence.start(loop.pool(scene.view("shop")), hash, 1);
        for (LoopBackend next = sequence.next(); next != null; next = sequence.next()) {
            tried.add(next.key().backend());
            next.close();
        }
        return tried;
    }

    private LoopBackend next(PoolState pool) {
        sequence.start(pool, 0, 0);
        return Objects.requireNonNull(sequence.next());
    }

    private static Set<String> usable(PoolView view) {
        Set<String> names = new HashSet<>();
        view.groups().forEach(group -> names.addAll(names(group)));
        return names;
    }

    private static List<String> names(Candidates group) {
        return group.members().stream().map(member -> member.backend().name()).toList();
    }

    private static int number(String name) {
        return Integer.parseInt(name.substring(1));
    }
}
