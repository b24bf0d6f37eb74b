package io.weir.core.snapshot;

import io.weir.core.balance.Balancer;
import io.weir.core.balance.Balancers;
import io.weir.core.balance.Candidate;
import io.weir.core.health.BackendKey;
import io.weir.core.health.Membership;
import io.weir.core.limit.Cap;
import io.weir.core.limit.CapTable;
import io.weir.core.model.Backend;
import io.weir.core.model.Configuration;
import io.weir.core.model.Listener;
import io.weir.core.model.Pool;
import io.weir.core.model.Tier;
import io.weir.core.route.RouteTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the snapshot of a configuration and what is known of its backends. Parts that did not change since {@code previous} are shared with it: pools,
 * members, balancing tables, listeners, route tables. Confined to {@code control} for the sake of its caps, whose limits a build changes at once;
 * otherwise a function.
 */
public final class SnapshotBuilder {
    private final CapTable caps = new CapTable();

    @SuppressWarnings("ReferenceEquality") // only an optimisation
    public Snapshot build(Snapshot previous, long revision, Configuration configuration, Membership membership) {
        long generation = previous.generation() + 1;
        Map<String, PoolView> pools = new HashMap<>();
        configuration.pools().forEach((name, pool) -> pools.put(name, pool(generation, previous.pools().get(name), pool, membership)));
        Map<String, ListenerView> listeners = new HashMap<>();
        configuration.listeners()
            .forEach((name, listener) -> listeners.put(name, listener(previous.listeners().get(name), listener, pools)));
        if (configuration != previous.configuration()) {
            caps.retain(owners(configuration));
        }
        return new Snapshot(generation, revision, configuration, pools, listeners);
    }

    private static Set<Object> owners(Configuration configuration) {
        Set<Object> owners = new HashSet<>();
        configuration.pools()
            .values()
            .forEach(pool -> pool.backends().keySet().forEach(name -> owners.add(new BackendKey(pool.name(), name))));
        configuration.listeners().keySet().forEach(name -> owners.add(listenerOwner(name)));
        return owners;
    }

    private static String listenerOwner(String name) {
        return "listener " + name;
    }

    private PoolView pool(long generation, @Nullable PoolView before, Pool configured, Membership membership) {
        Pool pool = before != null && before.pool().equals(configured) ? before.pool() : configured;
        List<Member> members = members(before == null ? List.of() : before.members(), pool, membership);
        Tier active = membership.activeTier(pool.name());
        if (before != null && unchanged(before, pool, members, active)) {
            return before;
        }
        return new PoolView(generation, pool, members, active, preference(before, pool, members, active));
    }

    @SuppressWarnings("ReferenceEquality") // an equal pool was exchanged for the one before
    private static boolean unchanged(PoolView before, Pool pool, List<Member> members, Tier active) {
        return before.pool() == pool && before.activeTier() == active && before.members().equals(members);
    }

    private List<Member> members(List<Member> before, Pool pool, Membership membership) {
        List<Member> members = new ArrayList<>(pool.backends().size());
        for (Backend backend : pool.backends().values()) {
            int position = members.size();
            members.add(member(position < before.size() ? before.get(position) : null, pool, backend, membership));
        }
        return members;
    }

    private Member member(@Nullable Member before, Pool pool, Backend backend, Membership membership) {
        boolean sameName = before != null && before.backend().name().equals(backend.name());
        BackendKey key = before != null && sameName ? before.key() : new BackendKey(pool.name(), backend.name());
        Cap cap = caps.cap(key, backend.maxConnections());
        Member member = new Member(key, backend, Tier.of(pool, backend), membership.status(key), cap);
        return before != null && before.equals(member) ? before : member;
    }

    private static List<Candidates> preference(@Nullable PoolView before, Pool pool, List<Member> members, Tier active) {
        List<Candidates> preference = new ArrayList<>(2);
        for (Tier tier : active == Tier.PRIMARY ? List.of(Tier.PRIMARY, Tier.BACKUP) : List.of(Tier.BACKUP, Tier.PRIMARY)) {
            List<Member> usable = usable(members, tier);
            if (!usable.isEmpty()) {
                preference.add(new Candidates(tier, usable, balancer(before, pool, tier, usable)));
            }
        }
        return preference;
    }

    /** Who is in service; where nobody is, those without a result yet, rather than none. */
    private static List<Member> usable(List<Member> members, Tier tier) {
        List<Member> ofTier = members.stream().filter(member -> member.tier() == tier).toList();
        List<Member> live = ofTier.stream().filter(Member::acceptsNew).toList();
        return live.isEmpty() ? ofTier.stream().filter(Member::lastResort).toList() : live;
    }

    private static Balancer balancer(@Nullable PoolView before, Pool pool, Tier tier, List<Member> usable) {
        List<Candidate> candidates = candidates(usable);
        if (before != null && before.pool().algorithm().equals(pool.algorithm())) {
            for (Candidates was : before.preference()) {
                if (was.tier() == tier && candidates(was.members()).equals(candidates)) {
                    return was.balancer();
                }
            }
        }
        return Balancers.of(pool.algorithm(), candidates);
    }

    private static List<Candidate> candidates(List<Member> members) {
        return members.stream()
            .map(member -> new Candidate(member.backend().name(), member.backend().weight().units()))
            .toList();
    }

    private ListenerView listener(@Nullable ListenerView before, Listener listener, Map<String, PoolView> pools) {
        Function<String, PoolView> pool = named -> Objects.requireNonNull(pools.get(named), named);
        Cap cap = caps.cap(listenerOwner(listener.name()), listener.maxConnections());
        ListenerView view = switch (listener) {
            case Listener.Tcp tcp -> new ListenerView.Tcp(tcp, cap, pool.apply(tcp.pool()));
            case Listener.Http http -> new ListenerView.Http(http, cap, routes(before, http),
                    http.routes().stream().map(route -> pool.apply(route.pool())).toList(), http.pool().map(pool));
        };
        return before != null && before.equals(view) ? before : view;
    }

    private static RouteTable routes(@Nullable ListenerView before, Listener.Http http) {
        return before instanceof ListenerView.Http was && was.listener().routes().equals(http.routes()) ? was.routes()
                : new RouteTable(http.routes());
    }
}
