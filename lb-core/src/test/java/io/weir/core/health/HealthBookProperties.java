package io.weir.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.HealthEffect.TierChanged;
import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Tier;
import io.weir.testkit.Seeded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What holds after any sequence of events. One million steps in all. */
class HealthBookProperties {
    private static final int ROUNDS = 50;
    private static final int STEPS = 20_000;
    private static final List<String> NAMES = List.of("a1", "a2", "b1", "b2");

    @Test
    void rulesHoldAfterEveryStep() {
        Seeded.rounds(ROUNDS, random -> {
            HealthScene scene = twoZones();
            TierWatch watch = new TierWatch(scene);
            for (int step = 0; step < STEPS; step++) {
                step(scene, random);
                watch.look();
                trafficEmptiesNoPool(scene);
                theActiveTierHasSomebodyIfAnyTierHas(scene);
                timersLieAhead(scene);
                assertThat(scene.book.draining()).containsExactlyInAnyOrderElementsOf(inState(scene, BackendState.DRAINING));
                scene.effects.clear();
            }
        });
    }

    @Test
    void theSameEventsHaveTheSameEffects() {
        Seeded.rounds(5, random -> {
            long seed = random.nextLong();

            assertThat(run(seed)).isEqualTo(run(seed));
        });
    }

    private static List<HealthEffect> run(long seed) {
        HealthScene scene = twoZones();
        RandomGenerator random = Seeded.generator(seed);
        for (int step = 0; step < STEPS; step++) {
            step(scene, random);
        }
        return scene.takeEffects();
    }

    @Test
    void thresholdsAreExact() {
        Seeded.rounds(ROUNDS, random -> {
            HealthScene scene = new HealthScene().backend("a1", "zone-a").configure();
            List<Boolean> results = new ArrayList<>();
            boolean up = random.nextBoolean();
            results.add(up);
            probe(scene, up);
            for (int step = 0; step < 2_000; step++) {
                boolean success = random.nextInt(3) > 0;
                results.add(success);
                probe(scene, success);
                if (up && lastAre(results, 2, false)) {
                    up = false;
                } else if (!up && lastAre(results, 3, true)) {
                    up = true;
                }
                assertThat(scene.state("a1")).isEqualTo(up ? BackendState.HEALTHY : BackendState.UNHEALTHY);
            }
        });
    }

    private static void probe(HealthScene scene, boolean success) {
        if (success) {
            scene.succeed("a1");
        } else {
            scene.fail("a1");
        }
    }

    private static boolean lastAre(List<Boolean> results, int count, boolean wanted) {
        return results.size() >= count
                && results.subList(results.size() - count, results.size()).stream().allMatch(result -> result == wanted);
    }

    private static HealthScene twoZones() {
        return new HealthScene().twoTiers()
            .backend("a1", "zone-a")
            .backend("a2", "zone-a")
            .backend("b1", "zone-b")
            .backend("b2", "zone-b")
            .configure();
    }

    private static void step(HealthScene scene, RandomGenerator random) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        switch (random.nextInt(20)) {
            case 0 -> reconfigure(scene, random, name);
            case 1, 2, 3 -> scene.connectFails(name, 1 + random.nextInt(6));
            case 4, 5 -> scene.pass(Duration.ofMillis(random.nextLong(random.nextInt(10) == 0 ? 60_000 : 2_000)));
            case 6 -> scene.effects.addAll(scene.book.onConnectionsGone(HealthScene.key(name), scene.now()));
            case 7, 8, 9, 10, 11, 12 -> scene.fail(name);
            default -> scene.succeed(name);
        }
    }

    private static void reconfigure(HealthScene scene, RandomGenerator random, String name) {
        Backend was = scene.backend(name);
        int port = random.nextInt(4) == 0 ? 8000 + random.nextInt(1000) : was.address().getPort();
        AdminState admin = random.nextInt(3) > 0 ? AdminState.ENABLED : random.nextBoolean() ? AdminState.DRAIN : AdminState.DISABLED;
        scene.backend(name, was.zone().orElseThrow(), random.nextInt(4) == 0 ? 0 : 100, admin, port).configure();
    }

    /** Where nobody is usable, each member that the operator wants in was taken out by its check. */
    private static void trafficEmptiesNoPool(HealthScene scene) {
        if (usable(scene, Tier.PRIMARY) + usable(scene, Tier.BACKUP) == 0) {
            scene.backends()
                .values()
                .stream()
                .filter(b -> b.adminState() == AdminState.ENABLED && b.weight().units() > 0)
                .forEach(b -> assertThat(scene.state(b.name())).as(b.name()).isEqualTo(BackendState.UNHEALTHY));
        }
    }

    private static void theActiveTierHasSomebodyIfAnyTierHas(HealthScene scene) {
        if (usable(scene, scene.tier()) == 0) {
            assertThat(usable(scene, Tier.PRIMARY) + usable(scene, Tier.BACKUP)).isZero();
        }
    }

    private static void timersLieAhead(HealthScene scene) {
        scene.effects.addAll(scene.book.onTimer(scene.now()));
        OptionalLong next = scene.book.nextTimerNanos();
        if (next.isPresent()) {
            assertThat(next.getAsLong() - scene.clock.getAsLong()).isPositive();
        }
    }

    private static List<BackendKey> inState(HealthScene scene, BackendState state) {
        return scene.backends().keySet().stream().filter(name -> scene.state(name) == state).map(HealthScene::key).toList();
    }

    private static long usable(HealthScene scene, Tier tier) {
        String zone = tier == Tier.PRIMARY ? "zone-a" : "zone-b";
        return scene.backends()
            .values()
            .stream()
            .filter(b -> b.zone().orElseThrow().equals(zone) && b.weight().units() > 0)
            .filter(b -> scene.state(b.name()).live() || scene.state(b.name()) == BackendState.CHECKING)
            .count();
    }

    /** Checks each move between tiers against its own record of who was usable when. */
    private static final class TierWatch {
        private final HealthScene scene;
        private final Map<Tier, Long> usableByTier = new HashMap<>();
        private long primaryUsableSinceNanos;

        TierWatch(HealthScene scene) {
            this.scene = scene;
            this.primaryUsableSinceNanos = scene.clock.getAsLong();
        }

        void look() {
            boolean primaryWas = usableByTier.getOrDefault(Tier.PRIMARY, 0L) > 0;
            for (Tier tier : Tier.values()) {
                usableByTier.put(tier, usable(scene, tier));
            }
            if (!primaryWas) {
                primaryUsableSinceNanos = scene.clock.getAsLong();
            }
            scene.effects.stream().filter(TierChanged.class::isInstance).map(TierChanged.class::cast).forEach(this::judge);
        }

        private void judge(TierChanged change) {
            if (usableByTier.getOrDefault(change.from(), 0L) == 0) {
                return;
            }
            assertThat(change.to()).as("a tier with usable members is left for home only").isEqualTo(Tier.PRIMARY);
            assertThat(scene.clock.getAsLong() - primaryUsableSinceNanos)
                .as("nanoseconds that a primary member had been usable")
                .isGreaterThanOrEqualTo(HealthScene.HOLD_DOWN.toNanos());
        }
    }
}
