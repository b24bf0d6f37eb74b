package io.weir.core.zone;

import io.weir.core.model.Locality;
import io.weir.core.model.Pool;
import io.weir.core.model.Sorry;
import io.weir.core.model.Tier;
import io.weir.core.model.ZonePolicy;
import io.weir.core.zone.Group.Part;
import java.util.ArrayList;
import java.util.List;
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
        double[] room = {room(policy, active, members), room(policy, active.other(), members)};
        boolean panic = panics(policy, active, members) && (room[0] > 0 || room[1] == 0)
                && !(policy.failover().spill() && room[0] + room[1] >= 1);
        List<M> first = panic ? wanted(active, members) : picks(active, members);
        List<M> second = picks(active.other(), members);
        double[] shares = policy.failover().spill() && room[0] + room[1] > 0 ? pour(1, room[0], room[1])
                : new double[] {first.isEmpty() ? 0 : 1, first.isEmpty() && !second.isEmpty() ? 1 : 0};

        List<Group<M>> groups = new ArrayList<>();
        var zones = new Zones<>(policy, nodeZone, members);
        zones.split(active, shares[0], first, groups);
        zones.split(active.other(), shares[1], second, groups);
        boolean nobody = groups.isEmpty();
        addEjected(active, nobody, panic ? List.of() : members, groups);
        addEjected(active.other(), nobody && groups.isEmpty(), members, groups);
        return new Spread<>(panic ? Mode.PANIC : Mode.NORMAL, groups);
    }

    private static double room(ZonePolicy policy, Tier tier, List<? extends ZoneMember> members) {
        return Capacity.of(members, tier).room(policy.overprovisioning());
    }

    private static boolean panics(ZonePolicy policy, Tier tier, List<? extends ZoneMember> members) {
        List<? extends ZoneMember> wanted = wanted(tier, members);
        long healthy = wanted.stream().filter(member -> member.standing().usable()).count();
        return healthy * 100 < (long) policy.panic().value() * wanted.size();
    }

    private static <M extends ZoneMember> List<M> wanted(Tier tier, List<M> members) {
        return members.stream().filter(member -> member.tier() == tier && member.standing() != Standing.OUT).toList();
    }

    /** Who is live; where nobody is, those of whom nothing is known yet, rather than none. */
    private static <M extends ZoneMember> List<M> picks(Tier tier, List<M> members) {
        List<M> live = with(Standing.LIVE, tier, members);
        return live.isEmpty() ? with(Standing.UNPROVEN, tier, members) : live;
    }

    private static <M extends ZoneMember> List<M> with(Standing standing, Tier tier, List<M> members) {
        return members.stream().filter(member -> member.tier() == tier && member.standing() == standing).toList();
    }

    private static <M extends ZoneMember> void addEjected(Tier tier, boolean last, List<M> members, List<Group<M>> groups) {
        List<M> ejected = with(Standing.EJECTED, tier, members);
        if (!ejected.isEmpty()) {
            groups.add(new Group<>(tier, Part.EJECTED, last ? 1 : 0, ejected));
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
