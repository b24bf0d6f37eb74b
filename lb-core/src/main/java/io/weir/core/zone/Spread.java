package io.weir.core.zone;

import io.weir.core.model.Locality;
import io.weir.core.model.Pool;
import io.weir.core.model.Sorry;
import io.weir.core.model.Tier;
import io.weir.core.model.ZonePolicy;
import io.weir.core.zone.Group.Part;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How a pool's new connections are spread over its members. A pure function of the members, the policy and the active tier; what takes time (hold-down,
 * hysteresis) has been decided before.
 *
 * <p>Traffic is poured out in an order of preference: the active tier before the other, and in a tier this node's zone before the others where the pool
 * prefers it. Each takes what it has room for ({@link Capacity#room}), the next takes the rest; if all of it together has too little room, all are
 * overloaded alike. Between tiers it is poured only with {@code spill}, else the active tier takes everything.
 *
 * @param groups in the order in which a connection tries them after the one that it was given to; their shares sum to 1; empty: nobody may be picked
 */
public record Spread<M extends ZoneMember>(Mode mode, List<Group<M>> groups) {
    public Spread {
        groups = List.copyOf(groups);
    }

    /**
     * Spreads the traffic of one pool.
     *
     * @param quorum whether the pool has it
     * @param nodeZone where this node stands
     */
    public static <M extends ZoneMember> Spread<M> of(Pool pool, Tier active, boolean quorum, Optional<String> nodeZone, List<M> members) {
        if (!quorum && !(pool.sorry() instanceof Sorry.None)) {
            return new Spread<>(Mode.SORRY, List.of());
        }
        ZonePolicy policy = pool.zones();
        TierMembers<M> first = TierMembers.of(active, members);
        TierMembers<M> second = TierMembers.of(active.other(), members);
        double firstRoom = first.capacity().room(policy.overprovisioning());
        double secondRoom = second.capacity().room(policy.overprovisioning());
        boolean panic = first.panics(policy) && (firstRoom > 0 || secondRoom == 0)
                && !(policy.failover().spill() && firstRoom + secondRoom >= 1);
        List<M> firstPicks = panic ? first.wanted() : first.picks();
        double[] shares = policy.failover().spill() && firstRoom + secondRoom > 0 ? pour(1, firstRoom, secondRoom)
                : new double[] {firstPicks.isEmpty() ? 0 : 1, firstPicks.isEmpty() && !second.picks().isEmpty() ? 1 : 0};

        List<Group<M>> groups = new ArrayList<>();
        var zones = new Zones<>(policy, nodeZone, members);
        zones.split(active, shares[0], firstPicks, groups);
        zones.split(active.other(), shares[1], second.picks(), groups);
        boolean nobody = groups.isEmpty();
        if (!panic) {
            addEjected(active, nobody, first, groups);
        }
        addEjected(active.other(), nobody && groups.isEmpty(), second, groups);
        return new Spread<>(panic ? Mode.PANIC : Mode.NORMAL, groups);
    }

    private static <M extends ZoneMember> void addEjected(Tier tier, boolean last, TierMembers<M> members, List<Group<M>> groups) {
        List<M> ejected = members.with(Standing.EJECTED);
        if (!ejected.isEmpty()) {
            groups.add(new Group<>(tier, Part.EJECTED, last ? 1 : 0, ejected));
        }
    }

    /** The members of one tier, in the order of the pool, by their standing. */
    private record TierMembers<M extends ZoneMember>(List<M> wanted, Map<Standing, List<M>> byStanding, Capacity capacity) {

        static <M extends ZoneMember> TierMembers<M> of(Tier tier, List<M> members) {
            List<M> wanted = new ArrayList<>();
            Map<Standing, List<M>> byStanding = new EnumMap<>(Standing.class);
            Capacity capacity = Capacity.NONE;
            for (M member : members) {
                if (member.tier() == tier) {
                    Standing standing = member.standing();
                    capacity = capacity.plus(member, standing);
                    if (standing != Standing.OUT) {
                        wanted.add(member);
                        byStanding.computeIfAbsent(standing, _ -> new ArrayList<>()).add(member);
                    }
                }
            }
            return new TierMembers<>(wanted, byStanding, capacity);
        }

        List<M> with(Standing standing) {
            return byStanding.getOrDefault(standing, List.of());
        }

        /** Who is live; where nobody is, those of whom nothing is known yet, rather than none. */
        List<M> picks() {
            List<M> live = with(Standing.LIVE);
            return live.isEmpty() ? with(Standing.UNPROVEN) : live;
        }

        boolean panics(ZonePolicy policy) {
            return capacity.usable() * 100L < (long) policy.panic().value() * wanted.size();
        }
    }

    /** How {@code traffic} goes to two that have room for so much of all traffic, the first of them preferred. */
    private static double[] pour(double traffic, double firstRoom, double secondRoom) {
        double first = Math.min(traffic, firstRoom);
        double second = Math.min(traffic - first, secondRoom);
        double both = first + second;
        return both == 0 ? new double[] {0, 0} : new double[] {traffic * first / both, traffic * second / both};
    }

    /** Splits a tier by zone. */
    private record Zones<M extends ZoneMember>(ZonePolicy policy, Optional<String> nodeZone, List<M> members) {

        void split(Tier tier, double share, List<M> picks, List<Group<M>> groups) {
            if (policy.locality() == Locality.ANY || nodeZone.isEmpty()) {
                add(tier, Part.ALL, share, picks, groups);
                return;
            }
            Predicate<ZoneMember> isLocal = member -> member.zone().equals(nodeZone);
            List<M> local = picks.stream().filter(isLocal).toList();
            List<M> other = picks.stream().filter(isLocal.negate()).toList();
            double[] shares = pour(share, room(tier, local, isLocal), room(tier, other, isLocal.negate()));
            add(tier, Part.LOCAL, shares[0], local, groups);
            add(tier, Part.OTHER, shares[1], other, groups);
        }

        /** Of those who are picked, against what is configured; in panic health counts here as little as anywhere. */
        private double room(Tier tier, List<M> picks, Predicate<ZoneMember> where) {
            int usable = picks.stream().mapToInt(ZoneMember::effectiveWeight).sum();
            int configured = Capacity.of(members, member -> member.tier() == tier && where.test(member)).configuredWeight();
            return new Capacity(picks.size(), usable, configured).room(policy.overprovisioning());
        }

        private void add(Tier tier, Part part, double share, List<M> some, List<Group<M>> groups) {
            if (!some.isEmpty()) {
                groups.add(new Group<>(tier, part, share, some));
            }
        }
    }
}
