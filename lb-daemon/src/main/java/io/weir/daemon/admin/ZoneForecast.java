package io.weir.daemon.admin;

import io.weir.core.model.Algorithm;
import io.weir.core.model.Pool;
import io.weir.core.model.Sorry;
import io.weir.core.model.Tier;
import io.weir.core.snapshot.Candidates;
import io.weir.core.snapshot.Member;
import io.weir.core.snapshot.PoolView;
import io.weir.core.zone.Capacity;
import io.weir.core.zone.Group;
import io.weir.core.zone.Mode;
import io.weir.core.zone.PoolFailover;
import io.weir.core.zone.Spread;
import io.weir.core.zone.Standing;
import io.weir.core.zone.ZoneMember;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToLongFunction;

/**
 * What becomes of traffic at once when every member in a zone fails its checks: the rules that traffic itself follows, asked about other members. What a pool
 * without quorum hands over to its sorry pool is counted there. Pure.
 */
final class ZoneForecast {
    private final String down;
    private final Optional<String> nodeZone;
    private final ToLongFunction<Member> connections;

    private ZoneForecast(String down, Optional<String> nodeZone, ToLongFunction<Member> connections) {
        this.down = down;
        this.nodeZone = nodeZone;
        this.connections = connections;
    }

    /**
     * What a pool would do.
     *
     * @param servedBy the pool that would answer in its place
     * @param takenOver connections of pools that it would serve for
     */
    record PoolForecast(String pool, String tierBefore, String tierAfter, String mode, Optional<String> servedBy, long takenOver,
            List<BackendForecast> backends) {}

    /**
     * A backend's part of the pool's new connections.
     *
     * @param shareBefore in percent
     * @param shareAfter in percent
     * @param connections open now, through this node
     * @param connectionsAfter what it would carry if the pool's present connections, and those that it takes over, were spread anew
     * @param overload why that is too much; empty: it is not
     */
    record BackendForecast(String name, Optional<String> zone, double shareBefore, double shareAfter, long connections,
            long connectionsAfter, Optional<String> overload) {}

    /** A pool and what would be of it. */
    private record After(PoolView view, List<Fallen> members, Tier tier, Spread<Fallen> spread) {
        Optional<String> servedBy() {
            return spread.mode() == Mode.SORRY && view.pool().sorry() instanceof Sorry.Redirected(var pool) ? Optional.of(pool)
                    : Optional.empty();
        }
    }

    /** A member as it is, or as it would be in a zone that is down. */
    private record Fallen(Member member, String down) implements ZoneMember {
        @Override
        public Tier tier() {
            return member.tier();
        }

        @Override
        public Optional<String> zone() {
            return member.zone();
        }

        @Override
        public Standing standing() {
            boolean gone = member.zone().filter(down::equals).isPresent() && member.standing() != Standing.OUT;
            return gone ? Standing.FAILED : member.standing();
        }

        @Override
        public int configuredWeight() {
            return member.configuredWeight();
        }

        @Override
        public int effectiveWeight() {
            return member.effectiveWeight();
        }
    }

    /**
     * Asks about all pools of a snapshot together.
     *
     * @param connections open to a member through this node
     */
    static List<PoolForecast> of(List<PoolView> pools, String down, Optional<String> nodeZone, ToLongFunction<Member> connections) {
        return new ZoneForecast(down, nodeZone, connections).of(pools);
    }

    private List<PoolForecast> of(List<PoolView> pools) {
        List<After> afters = pools.stream().map(this::after).toList();
        Map<String, Long> takenOverByPool = new HashMap<>();
        afters.forEach(after -> after.servedBy().ifPresent(pool -> takenOverByPool.merge(pool, all(after.view()), Long::sum)));
        return afters.stream().map(after -> forecast(after, takenOverByPool.getOrDefault(after.view().name(), 0L))).toList();
    }

    private After after(PoolView view) {
        Pool pool = view.pool();
        List<Fallen> members = view.members().stream().map(member -> new Fallen(member, down)).toList();
        Tier tier = PoolFailover.after(view.activeTier(), capacity(members, Tier.PRIMARY), capacity(members, Tier.BACKUP),
                pool.zones().failover());
        boolean quorum = pool.quorum().held(view.quorum(), quorumWeight(members));
        return new After(view, members, tier, Spread.of(pool, tier, quorum, nodeZone, members));
    }

    private long all(PoolView view) {
        return view.members().stream().mapToLong(connections).sum();
    }

    private PoolForecast forecast(After after, long takenOver) {
        PoolView view = after.view();
        Pool pool = view.pool();
        Map<String, Double> shareBefore = new HashMap<>();
        for (Candidates group : view.groups()) {
            add(shareBefore, pool, group.share(), group.members());
        }
        Map<String, Double> shareAfter = new HashMap<>();
        for (Group<Fallen> group : after.spread().groups()) {
            add(shareAfter, pool, group.share(), group.members().stream().map(Fallen::member).toList());
        }
        long all = all(view) + takenOver;
        List<BackendForecast> backends = after.members().stream().map(fallen -> {
            String name = fallen.member().backend().name();
            double share = shareAfter.getOrDefault(name, 0.0);
            long would = Math.round(share * all);
            int configured = capacity(after.members(), fallen.tier()).configuredWeight();
            return new BackendForecast(name, fallen.zone(), percent(shareBefore.getOrDefault(name, 0.0)), percent(share),
                    connections.applyAsLong(fallen.member()), would, overload(pool, fallen.member(), share, would, configured));
        }).toList();
        return new PoolForecast(pool.name(), view.activeTier().text(), after.tier().text(), after.spread().mode().text(), after.servedBy(),
                takenOver, backends);
    }

    private static Capacity capacity(List<Fallen> members, Tier tier) {
        return Capacity.of(members, member -> member.tier() == tier);
    }

    /** Of those that are usable or only ejected by traffic, which costs no quorum. */
    private static int quorumWeight(List<Fallen> members) {
        return members.stream()
            .filter(member -> member.standing().usable() || member.standing() == Standing.EJECTED)
            .mapToInt(fallen -> fallen.member().fullWeight())
            .sum();
    }

    private static void add(Map<String, Double> shareByBackend, Pool pool, double share, List<Member> members) {
        double whole = members.stream().mapToInt(member -> turns(pool, member)).sum();
        members.forEach(member -> shareByBackend.merge(member.backend().name(), share * turns(pool, member) / whole, Double::sum));
    }

    private static int turns(Pool pool, Member member) {
        return pool.algorithm() == Algorithm.Plain.ROUND_ROBIN ? 1 : member.effectiveWeight();
    }

    /** @param configured the weight of the member's tier when all is well */
    private static Optional<String> overload(Pool pool, Member member, double share, long connections, int configured) {
        OptionalInt cap = member.backend().maxConnections();
        if (cap.isPresent() && connections > cap.getAsInt()) {
            return Optional.of(connections + " connections, above its maxConnections " + cap.getAsInt());
        }
        double fair = configured == 0 ? 0 : (double) member.configuredWeight() / configured;
        if (fair > 0 && share > fair * pool.zones().overprovisioning().fraction() + 1e-9) {
            return Optional.of(Math.round(100 * share / fair) + "% of its fair share, above " + pool.zones().overprovisioning());
        }
        return Optional.empty();
    }

    private static double percent(double share) {
        return Math.round(1000 * share) / 10.0;
    }
}
