package io.weir.daemon.admin;

import io.weir.core.model.Algorithm;
import io.weir.core.model.Pool;
import io.weir.core.model.Tier;
import io.weir.core.snapshot.Candidates;
import io.weir.core.snapshot.Member;
import io.weir.core.snapshot.PoolView;
import io.weir.core.zone.Capacity;
import io.weir.core.zone.Group;
import io.weir.core.zone.PoolFailover;
import io.weir.core.zone.Spread;
import io.weir.core.zone.Standing;
import io.weir.core.zone.ZoneMember;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What becomes of a pool's traffic at once when every member in a zone fails its checks: the rules that traffic itself follows, asked about other
 * members. Pure.
 */
final class ZoneForecast {
    private ZoneForecast() {}

    /** What a pool would do. */
    record PoolForecast(String pool, String tierBefore, String tierAfter, String mode, List<BackendForecast> backends) {}

    /**
     * A backend's part of the pool's new connections.
     *
     * @param shareBefore in percent
     * @param shareAfter in percent
     * @param connections open now, through this node
     * @param connectionsAfter what it would carry if the pool's present connections were spread anew
     * @param overload why that is too much; empty: it is not
     */
    record BackendForecast(String name, Optional<String> zone, double shareBefore, double shareAfter, long connections,
            long connectionsAfter,
            Optional<String> overload) {}

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

    static PoolForecast of(PoolView view, String down, Optional<String> nodeZone, Map<String, Long> connectionsByBackend) {
        Pool pool = view.pool();
        List<Fallen> members = view.members().stream().map(member -> new Fallen(member, down)).toList();
        Tier after = PoolFailover.after(view.activeTier(), capacity(members, Tier.PRIMARY), capacity(members, Tier.BACKUP),
                pool.zones().failover());
        Spread<Fallen> spread = Spread.of(pool, after, pool.quorum().held(view.quorum(), quorumWeight(members)), nodeZone, members);
        Map<String, Double> shareBefore = new HashMap<>();
        for (Candidates group : view.groups()) {
            add(shareBefore, pool, group.share(), group.members());
        }
        Map<String, Double> shareAfter = new HashMap<>();
        for (Group<Fallen> group : spread.groups()) {
            add(shareAfter, pool, group.share(), group.members().stream().map(Fallen::member).toList());
        }
        long all = connectionsByBackend.values().stream().mapToLong(Long::longValue).sum();
        List<BackendForecast> backends = members.stream().map(fallen -> {
            String name = fallen.member().backend().name();
            double share = shareAfter.getOrDefault(name, 0.0);
            long would = Math.round(share * all);
            int configured = capacity(members, fallen.tier()).configuredWeight();
            return new BackendForecast(name, fallen.zone(), percent(shareBefore.getOrDefault(name, 0.0)), percent(share),
                    connectionsByBackend.getOrDefault(name, 0L), would, overload(pool, fallen.member(), share, would, configured));
        }).toList();
        return new PoolForecast(pool.name(), view.activeTier().text(), after.text(), spread.mode().text(), backends);
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
