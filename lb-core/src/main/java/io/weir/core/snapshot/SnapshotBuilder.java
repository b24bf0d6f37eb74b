package io.weir.core.snapshot;

import io.weir.core.affinity.AffinityFeed;
import io.weir.core.affinity.AffinityTables;
import io.weir.core.balance.Balancer;
import io.weir.core.balance.Balancers;
import io.weir.core.balance.Candidate;
import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendStatus;
import io.weir.core.health.Membership;
import io.weir.core.health.TierStatus;
import io.weir.core.limit.Admission;
import io.weir.core.limit.AdmissionTable;
import io.weir.core.limit.Cap;
import io.weir.core.limit.CapTable;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Backend;
import io.weir.core.model.Configuration;
import io.weir.core.model.Listener;
import io.weir.core.model.Pool;
import io.weir.core.model.Sorry;
import io.weir.core.model.Tier;
import io.weir.core.model.Zone;
import io.weir.core.route.RouteTable;
import io.weir.core.route.ServerNames;
import io.weir.core.zone.Group;
import io.weir.core.zone.Group.Part;
import io.weir.core.zone.Shortfall;
import io.weir.core.zone.Spread;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the snapshot of a configuration and what is known of its backends. Parts that did not change since {@code previous} are shared with it: pools,
 * members, balancing tables, listeners, route tables. A pool is not even looked at while configuration and {@link Membership#version} stand still.
 * Confined to {@code control} for the sake of its caps, whose limits a build changes at once, and of the versions that it saw; otherwise a function.
 */
public final class SnapshotBuilder {
    private final Optional<String> nodeZone;
    private final CapTable caps = new CapTable();
    private final AdmissionTable admissions = new AdmissionTable(new SecureRandom()::nextLong);
    private final AffinityTables affinities;
    private long builtGeneration;
    private Map<String, Long> builtVersionByPool = Map.of();

    /** @param nodeZone where this node stands */
    public SnapshotBuilder(Optional<String> nodeZone) {
        this(nodeZone, new AffinityTables(new AffinityFeed()));
    }

    /**
     * @param nodeZone where this node stands
     * @param affinities where clients stay
     */
    public SnapshotBuilder(Optional<String> nodeZone, AffinityTables affinities) {
        this.nodeZone = nodeZone;
        this.affinities = affinities;
    }

    @SuppressWarnings("ReferenceEquality") // only an optimisation
    public Snapshot build(Snapshot previous, long revision, Configuration configuration, Membership membership) {
        var build = new Build(previous, configuration, membership,
                previous.generation() == builtGeneration && configuration == previous.configuration() ? builtVersionByPool : Map.of());
        configuration.pools().values().forEach(build::addPool);
        configuration.listeners().values().forEach(build::addListener);
        if (configuration != previous.configuration()) {
            caps.retain(owners(configuration));
            admissions.retain(configuration);
            affinities.retain(configuration);
        }
        builtGeneration = build.generation;
        builtVersionByPool = build.versionByPool;
        return new Snapshot(build.generation, revision, configuration, build.pools, build.listeners);
    }

    private static Set<Object> owners(Configuration configuration) {
        Set<Object> owners = new HashSet<>();
        configuration.pools()
            .values()
            .forEach(pool -> pool.backends().keySet().forEach(name -> owners.add(new BackendKey(pool.name(), name))));
        configuration.listeners().keySet().forEach(name -> owners.add(handshakesOwner(name)));
        return owners;
    }

    private static String handshakesOwner(String name) {
        return "handshakes of listener " + name;
    }

    /** One snapshot in the making. */
    private final class Build {
        private final Snapshot previous;
        private final Configuration configuration;
        private final Membership membership;
        private final Map<String, Long> versionBeforeByPool;
        private final long generation;
        private final Map<String, Long> versionByPool = new HashMap<>();
        private final Map<String, PoolView> pools = new HashMap<>();
        private final Map<String, ListenerView> listeners = new HashMap<>();

        /** @param versionBeforeByPool of the membership that {@code previous} shows, where the pools are configured as they were then */
        Build(Snapshot previous, Configuration configuration, Membership membership, Map<String, Long> versionBeforeByPool) {
            this.previous = previous;
            this.configuration = configuration;
            this.membership = membership;
            this.versionBeforeByPool = versionBeforeByPool;
            this.generation = previous.generation() + 1;
        }

        PoolView addPool(Pool pool) {
            PoolView made = pools.get(pool.name());
            if (made == null) {
                made = view(pool);
                pools.put(pool.name(), made);
            }
            return made;
        }

        @SuppressWarnings("ReferenceEquality") // a view that did not change is the same object
        private PoolView view(Pool configured) {
            Optional<PoolView> sorryPool = configured.sorry() instanceof Sorry.Redirected(String name)
                    ? Optional.of(addPool(Objects.requireNonNull(configuration.pools().get(name), name)))
                    : Optional.empty();
            PoolView before = previous.pools().get(configured.name());
            boolean sorryStands = before != null && before.sorryPool().orElse(null) == sorryPool.orElse(null);
            Long version = membership.version(configured.name());
            versionByPool.put(configured.name(), version);
            if (before != null && sorryStands && version.equals(versionBeforeByPool.get(configured.name()))) {
                return before;
            }
            Pool pool = before != null && before.pool().equals(configured) ? before.pool() : configured;
            List<Member> members = members(before == null ? List.of() : before.members(), pool);
            TierStatus tier = membership.tier(pool.name());
            boolean quorum = membership.quorum(pool.name());
            if (before != null && sorryStands && before.pool() == pool && before.tier().equals(tier) && before.quorum() == quorum
                    && before.members().equals(members)) {
                return before;
            }
            Spread<Member> spread = Spread.of(pool, tier.active(), quorum, nodeZone, members);
            List<Candidates> groups = spread.groups().stream().map(group -> new Candidates(group, balancer(before, pool, group))).toList();
            return new PoolView(generation, pool, members, tier, quorum, spread.mode(), groups,
                    affinities.table(pool), sorryPool,
                    Shortfall.of(pool.zones(), tier.active(), members));
        }

        private List<Member> members(List<Member> before, Pool pool) {
            Set<String> shifted = new HashSet<>();
            configuration.zones().values().stream().filter(Zone::shifted).forEach(zone -> shifted.add(zone.name()));
            List<Member> members = new ArrayList<>(pool.backends().size());
            for (Backend backend : pool.backends().values()) {
                int position = members.size();
                boolean isShifted = backend.zone().filter(shifted::contains).isPresent();
                members.add(member(position < before.size() ? before.get(position) : null, pool, backend, isShifted));
            }
            return members;
        }

        private Member member(@Nullable Member before, Pool pool, Backend backend, boolean shifted) {
            boolean sameName = before != null && before.backend().name().equals(backend.name());
            BackendKey key = before != null && sameName ? before.key() : new BackendKey(pool.name(), backend.name());
            OptionalInt most = pool.algorithm() == Algorithm.Plain.OVERFLOW ? counted(backend) : backend.maxConnections();
            Cap cap = caps.cap(key, most, backend.resumeAt());
            Member member = new Member(key, backend, Tier.of(pool, backend), membership.status(key), shifted, cap);
            return before != null && before.equals(member) ? before : member;
        }

        /** Overflow asks how many connections a backend has over all loops, which a cap counts. */
        private static OptionalInt counted(Backend backend) {
            return OptionalInt.of(backend.maxConnections().orElse(Integer.MAX_VALUE - 1));
        }

        void addListener(Listener listener) {
            ListenerView before = previous.listeners().get(listener.name());
            Admission admission = admissions.admission(listener.entrance(), configuration);
            Function<String, PoolView> pool = named -> Objects.requireNonNull(pools.get(named), named);
            ListenerView view = switch (listener) {
                case Listener.Tcp tcp -> new ListenerView.Tcp(tcp, admission, pool.apply(tcp.pool()));
                case Listener.Udp udp -> new ListenerView.Udp(udp, admission, pool.apply(udp.pool()));
                case Listener.Tls tls -> new ListenerView.Tls(tls, admission, caps.cap(handshakesOwner(tls.name()), tls.maxHandshakes()),
                        serverNames(before, tls), tls.routes().stream().map(route -> pool.apply(route.pool())).toList(),
                        tls.pool().map(pool));
                case Listener.Http http -> new ListenerView.Http(http, admission, routes(before, http),
                        http.routes().stream().map(route -> pool.apply(route.pool())).toList(), http.pool().map(pool));
            };
            listeners.put(listener.name(), before != null && before.equals(view) ? before : view);
        }
    }

    private static Balancer balancer(@Nullable PoolView before, Pool pool, Group<Member> group) {
        if (group.part() == Part.EJECTED) { // for redispatch alone, in any order
            return Balancers.of(Algorithm.Plain.ROUND_ROBIN, candidates(group.members()));
        }
        List<Candidate> candidates = candidates(group.members());
        if (before != null && before.pool().algorithm().equals(pool.algorithm())) {
            for (Candidates was : before.groups()) {
                if (was.tier() == group.tier() && was.part() == group.part() && candidates(was.members()).equals(candidates)) {
                    return was.balancer();
                }
            }
        }
        return Balancers.of(pool.algorithm(), candidates);
    }

    /**
     * What the balancer is given. While somebody warms up, weights are stretched until the heaviest member's whole weight is 100: a tenth of a weight
     * of 1 has no other whole number.
     */
    private static List<Candidate> candidates(List<Member> members) {
        boolean warming = members.stream().anyMatch(member -> member.status().warmth() < BackendStatus.WARM);
        int whole = warming ? members.stream().mapToInt(Member::fullWeight).max().orElseThrow() : BackendStatus.WARM;
        return members.stream().map(member -> new Candidate(member.backend().name(), stretched(member, whole))).toList();
    }

    private static int stretched(Member member, int whole) {
        return Math.max(1, member.fullWeight() * member.status().warmth() / whole);
    }

    private static RouteTable routes(@Nullable ListenerView before, Listener.Http http) {
        return before instanceof ListenerView.Http was && was.listener().routes().equals(http.routes()) ? was.routes()
                : new RouteTable(http.routes());
    }

    private static ServerNames<Integer> serverNames(@Nullable ListenerView before, Listener.Tls tls) {
        if (before instanceof ListenerView.Tls was && was.listener().routes().equals(tls.routes())) {
            return was.routes();
        }
        var names = new ServerNames.Builder<Integer>(ServerNames.Star.ANY_LABELS);
        for (int i = 0; i < tls.routes().size(); i++) {
            for (String host : tls.routes().get(i).hosts()) {
                names.add(host, i);
            }
        }
        return names.build();
    }
}
