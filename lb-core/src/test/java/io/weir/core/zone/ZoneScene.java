package io.weir.core.zone;

import io.weir.core.model.Failover;
import io.weir.core.model.Failover.Failback;
import io.weir.core.model.Failover.When;
import io.weir.core.model.Locality;
import io.weir.core.model.Percent;
import io.weir.core.model.Pool;
import io.weir.core.model.Quorum;
import io.weir.core.model.Sorry;
import io.weir.core.model.Tier;
import io.weir.core.model.ZonePolicy;
import io.weir.core.model.ZoneTiers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A pool's policy and members, to be set step by step; zone-a and zone-b are primary, zone-c is backup. */
final class ZoneScene {
    static final Duration HOLD_DOWN = Duration.ofSeconds(30);

    private final List<Member> members = new ArrayList<>();
    private When when = new When.NoneHealthy();
    private Failback failback = Failback.AUTOMATIC;
    private boolean spill;
    private Optional<Tier> pin = Optional.empty();
    private Locality locality = Locality.ANY;
    private Percent panic = Percent.NONE;
    private Percent overprovisioning = ZonePolicy.DEFAULT_OVERPROVISIONING;
    private Sorry sorry = Sorry.NONE;
    private Optional<String> nodeZone = Optional.empty();

    /** A member named after its zone. */
    record Member(String name, Optional<String> zone, Standing standing, int configuredWeight, int effectiveWeight) implements ZoneMember {
        @Override
        public Tier tier() {
            return zone.filter("zone-c"::equals).isPresent() ? Tier.BACKUP : Tier.PRIMARY;
        }

        Member with(Standing other) {
            return new Member(name, zone, other, configuredWeight, effectiveWeight);
        }
    }

    ZoneScene below(int percent) {
        when = new When.Below(new Percent(percent));
        return this;
    }

    ZoneScene failback(Failback wanted) {
        failback = wanted;
        return this;
    }

    ZoneScene spill() {
        spill = true;
        return this;
    }

    ZoneScene pin(Optional<Tier> wanted) {
        pin = wanted;
        return this;
    }

    ZoneScene preferLocal(String zone) {
        locality = Locality.PREFER_LOCAL;
        nodeZone = Optional.of(zone);
        return this;
    }

    ZoneScene panic(int percent) {
        panic = new Percent(percent);
        return this;
    }

    ZoneScene overprovisioning(int percent) {
        overprovisioning = new Percent(percent);
        return this;
    }

    ZoneScene sorry(Sorry wanted) {
        sorry = wanted;
        return this;
    }

    /** So many more members of weight 100 in {@code zone-<letter>}. */
    ZoneScene add(int count, String letter, Standing standing) {
        for (int i = 0; i < count; i++) {
            add(letter, standing, 100, 100);
        }
        return this;
    }

    ZoneScene add(String letter, Standing standing, int configuredWeight, int effectiveWeight) {
        long before = members.stream().filter(member -> member.name().startsWith(letter)).count();
        members.add(new Member(letter + (before + 1), Optional.of("zone-" + letter), standing, configuredWeight, effectiveWeight));
        return this;
    }

    ZoneScene set(String name, Standing standing) {
        members.replaceAll(member -> member.name().equals(name) ? member.with(standing) : member);
        return this;
    }

    Failover failover() {
        return new Failover(when, HOLD_DOWN, failback, spill, pin);
    }

    ZonePolicy policy() {
        return new ZonePolicy(new ZoneTiers(List.of("zone-a", "zone-b"), List.of("zone-c")), failover(), locality, panic, overprovisioning);
    }

    List<Member> members() {
        return members;
    }

    Optional<String> nodeZone() {
        return nodeZone;
    }

    Capacity capacity(Tier tier) {
        return Capacity.of(members, member -> member.tier() == tier);
    }

    PoolFailover next(PoolFailover before, long nowNanos) {
        return before.next(capacity(Tier.PRIMARY), capacity(Tier.BACKUP), failover(), nowNanos);
    }

    Spread<Member> spread(Tier active) {
        return spread(active, true);
    }

    Spread<Member> spread(Tier active, boolean quorum) {
        Pool pool = Pool.builder("shop").zones(policy()).sorry(sorry).quorum(Quorum.DEFAULT).build();
        return Spread.of(pool, active, quorum, nodeZone, members);
    }

    Optional<Shortfall> shortfall(Tier active) {
        return Shortfall.of(policy(), active, members);
    }

    /** {@code "primary all 1.00 a1 a2"} for each group. */
    static List<String> lines(Spread<Member> spread) {
        return spread.groups()
            .stream()
            .map(group -> "%s %s %.2f %s".formatted(group.tier().text(), group.part().text(), group.share(),
                    String.join(" ", group.members().stream().map(Member::name).toList())))
            .toList();
    }
}
