package io.weir.core.zone;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Failover.Failback;
import io.weir.core.model.Failover.When;
import io.weir.core.model.Percent;
import io.weir.core.model.Tier;
import io.weir.core.model.ZonePolicy;
import io.weir.core.zone.Group.Part;
import io.weir.core.zone.ZoneScene.Member;
import io.weir.testkit.Seeded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What holds for any policy, after any history of its members, under simulated time. One million steps in all. */
class ZoneProperties {
    private static final int ROUNDS = 500;
    private static final int STEPS = 2_000;
    private static final double EPSILON = 1e-9;
    private static final List<Standing> STANDINGS = List.of(Standing.values());

    @Test
    void rulesHoldAfterEveryStep() {
        Seeded.rounds(ROUNDS, random -> {
            ZoneScene scene = scene(random);
            PoolFailover before = PoolFailover.START;
            long nanos = random.nextLong();
            long homeCarriesSince = nanos;
            boolean homeCarried = false;
            for (int step = 0; step < STEPS; step++) {
                nanos += step(scene, random);
                PoolFailover now = scene.next(before, nanos);
                if (!homeCarried || !now.pin().equals(before.pin())) {
                    homeCarriesSince = nanos;
                }
                movesForAReason(scene, before, now, nanos - homeCarriesSince);
                homeCarried = carries(scene, now, now.pin().orElse(Tier.PRIMARY));
                before = now;
                spreads(scene, scene.spread(now.active()));
            }
        });
    }

    @Test
    void theSameStepsHaveTheSameOutcome() {
        Seeded.rounds(20, random -> {
            long seed = random.nextLong();

            assertThat(run(seed)).isEqualTo(run(seed));
        });
    }

    private static List<Object> run(long seed) {
        RandomGenerator random = Seeded.generator(seed);
        ZoneScene scene = scene(random);
        List<Object> outcome = new ArrayList<>();
        PoolFailover failover = PoolFailover.START;
        long nanos = 0;
        for (int step = 0; step < STEPS; step++) {
            nanos += step(scene, random);
            failover = scene.next(failover, nanos);
            outcome.add(failover);
            outcome.add(scene.spread(failover.active()));
        }
        return outcome;
    }

    private static ZoneScene scene(RandomGenerator random) {
        ZoneScene scene = new ZoneScene();
        scene.add(1 + random.nextInt(3), "a", Standing.LIVE).add(random.nextInt(3), "b", Standing.LIVE);
        scene.add(random.nextInt(4), "c", Standing.LIVE);
        scene.overprovisioning(100 + 10 * random.nextInt(20)).panic(random.nextBoolean() ? 0 : random.nextInt(101));
        if (random.nextBoolean()) {
            scene.spill();
        }
        if (random.nextBoolean()) {
            scene.below(1 + random.nextInt(100));
        }
        if (random.nextInt(3) == 0) {
            scene.failback(Failback.MANUAL);
        }
        return random.nextBoolean() ? scene : scene.preferLocal("zone-" + "abcd".charAt(random.nextInt(4)));
    }

    /** Something happens to a member, or the operator has a wish; answers with the time that passes. */
    private static long step(ZoneScene scene, RandomGenerator random) {
        List<Member> members = scene.members();
        int index = random.nextInt(members.size());
        Member member = members.get(index);
        switch (random.nextInt(30)) {
            case 0 -> scene.pin(random.nextBoolean() ? Optional.empty() : Optional.of(random.nextBoolean() ? Tier.PRIMARY : Tier.BACKUP));
            case 1, 2, 3 -> members.set(index, new Member(member.name(), member.zone(), member.standing(), member.configuredWeight(),
                    1 + random.nextInt(member.configuredWeight())));
            case 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 -> members.set(index, member.with(Standing.LIVE));
            default -> members.set(index, member.with(STANDINGS.get(random.nextInt(STANDINGS.size()))));
        }
        return random.nextLong(Duration.ofSeconds(random.nextInt(20) == 0 ? 60 : 5).toNanos());
    }

    /** No flap: a tier that carries is left for home alone, by the operator's wish or after the hold-down. */
    private static void movesForAReason(ZoneScene scene, PoolFailover before, PoolFailover now, long homeCarriedNanos) {
        Tier home = now.pin().orElse(Tier.PRIMARY);
        Capacity active = scene.capacity(now.active());
        if (active.usable() == 0) {
            require(scene.capacity(now.active().other()).usable() == 0, "traffic is where somebody is usable");
        }
        if (now.active() == before.active() || !carries(scene, now, before.active())) {
            return;
        }
        require(now.active() == home, "a tier that carries is left for home only");
        boolean wished = now.pin().isPresent() && !now.pin().equals(before.pin());
        require(wished || homeCarriedNanos >= ZoneScene.HOLD_DOWN.toNanos(), "home was not held down");
        require(wished || now.pin().isPresent() || scene.failover().failback() == Failback.AUTOMATIC, "the return was the operator's");
    }

    private static boolean carries(ZoneScene scene, PoolFailover now, Tier tier) {
        Capacity capacity = scene.capacity(tier);
        if (capacity.usable() == 0 || now.pin().isPresent()) {
            return capacity.usable() > 0;
        }
        return switch (scene.failover().when()) {
            case When.NoneHealthy _ -> true;
            case When.Below(Percent least) ->
                capacity.usableWeight() * 100 >= least.value() * capacity.configuredWeight();
        };
    }

    private static void spreads(ZoneScene scene, Spread<Member> spread) {
        boolean anybody = scene.members().stream().map(Member::standing).anyMatch(s -> s.usable() || s == Standing.EJECTED);
        if (spread.groups().isEmpty()) {
            require(!anybody, "empty, though checks and the operator left somebody");
            return;
        }
        double sum = spread.groups().stream().mapToDouble(Group::share).sum();
        require(Math.abs(sum - 1) < EPSILON, "shares do not sum to 1");
        require(spread.groups().stream().allMatch(group -> group.share() >= 0 && !group.members().isEmpty()), "a share below 0, or nobody");
        long once = spread.groups().stream().flatMap(group -> group.members().stream()).distinct().count();
        require(once == spread.groups().stream().mapToInt(group -> group.members().size()).sum(), "a member stands in two groups");
        if (spread.mode() == Mode.NORMAL) {
            require(spread.groups()
                .stream()
                .flatMap(group -> group.members().stream())
                .noneMatch(member -> member.standing() == Standing.FAILED || member.standing() == Standing.OUT), "somebody unfit");
            tiersAreFilledInOrder(scene, spread);
        }
        if (scene.nodeZone().isPresent()) {
            zonesAreFilledInOrder(scene, spread, Tier.PRIMARY);
            zonesAreFilledInOrder(scene, spread, Tier.BACKUP);
        }
    }

    private static void tiersAreFilledInOrder(ZoneScene scene, Spread<Member> spread) {
        Tier first = spread.groups().getFirst().tier();
        if (scene.failover().spill()) {
            double over = share(spread, first) - room(scene, member -> member.tier() == first);
            require(over < EPSILON || noRoomLeft(scene, spread, first.other()), "a tier above its cap while the other has room");
        } else {
            require(share(spread, first) == 0 || share(spread, first.other()) == 0, "traffic in two tiers without spill");
        }
    }

    private static boolean noRoomLeft(ZoneScene scene, Spread<Member> spread, Tier tier) {
        return share(spread, tier) > room(scene, member -> member.tier() == tier) - EPSILON;
    }

    private static void zonesAreFilledInOrder(ZoneScene scene, Spread<Member> spread, Tier tier) {
        for (Part part : List.of(Part.LOCAL, Part.OTHER)) {
            Part rest = part == Part.LOCAL ? Part.OTHER : Part.LOCAL;
            boolean above = share(spread, tier, part) > room(scene, spread, tier, part) + EPSILON;
            boolean hasRoom = share(spread, tier, rest) < room(scene, spread, tier, rest) - EPSILON;
            require(!above || !hasRoom, "zones " + part + " above their cap while others have room");
        }
    }

    private static double share(Spread<Member> spread, Tier tier) {
        return spread.groups().stream().filter(group -> group.tier() == tier).mapToDouble(Group::share).sum();
    }

    private static double share(Spread<Member> spread, Tier tier, Part part) {
        return spread.groups().stream().filter(g -> g.tier() == tier && g.part() == part).mapToDouble(Group::share).sum();
    }

    /** Of a part's picked members against all that are configured there. */
    private static double room(ZoneScene scene, Spread<Member> spread, Tier tier, Part part) {
        int usable = spread.groups()
            .stream()
            .filter(group -> group.tier() == tier && group.part() == part)
            .flatMap(group -> group.members().stream())
            .mapToInt(Member::effectiveWeight)
            .sum();
        int configured = scene.members()
            .stream()
            .filter(member -> member.tier() == tier && member.zone().equals(scene.nodeZone()) == (part == Part.LOCAL))
            .mapToInt(Member::configuredWeight)
            .sum();
        return configured == 0 ? 0 : overprovisioning(scene) * usable / configured;
    }

    private static double room(ZoneScene scene, Predicate<Member> which) {
        List<Member> members = scene.members().stream().filter(which).toList();
        int configured = members.stream().mapToInt(Member::configuredWeight).sum();
        int usable = members.stream().filter(m -> m.standing().usable()).mapToInt(Member::effectiveWeight).sum();
        return configured == 0 ? 0 : overprovisioning(scene) * usable / configured;
    }

    private static double overprovisioning(ZoneScene scene) {
        ZonePolicy policy = scene.policy();
        return policy.overprovisioning().value() / 100.0;
    }

    /** As {@code assertThat}, a million times in a moment. */
    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new AssertionError(rule);
        }
    }
}
