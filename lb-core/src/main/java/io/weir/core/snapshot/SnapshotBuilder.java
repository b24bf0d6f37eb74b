package io.weir.core.snapshot;

import io.weir.core.balance.Balancer;
import io.weir.core.balance.Balancers;
import io.weir.core.balance.Candidate;
import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendState;
import io.weir.core.health.Membership;
import io.weir.core.health.Tier;
import io.weir.core.limit.CapTable;
import io.weir.core.model.Configuration;
import io.weir.core.model.Listener;
import io.weir.core.model.Pool;
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
 * Makes the snapshot of a configuration and what is known of its backends. What did not change since {@code previous} is shared with it, tables
 * included. Confined to {@code control} for the sake of its caps; otherwise a function.
 */
public final class SnapshotBuilder {
    private final CapTable caps = new CapTable();

    public Snapshot build(Snapshot previous, long revision, Configuration configuration, Membership membership) {
        long generation = previous.generation() + 1;
        Map<String, PoolView> pools = new HashMap<>();
        configuration.pools().forEach((name, pool) -> pools.put(name, pool(generation, previous.pools().get(name), pool, membership)));
        Map<String, ListenerView> listeners = new HashMap<>();
        configuration.listeners().forEach((name, listener) -> listeners.put(name, listener(listener, pools)));
        caps.retain(owners(configuration));
        return new Snapshot(generation, revision, configuration, pools, listeners);
    }

    private static Set<Object> owners(Configuration configuration) {
        Set<Object> owners = new HashSet<>();
        configuration.pools().values().forEach(pool -> pool.backends().keySet().forEach(b -> owners.add(new BackendKey(pool.name(), b))));
        configuration.listeners().keySet().forEach(name -> owners.add(listenerOwner(name)));
        return owners;
    }

    private static String listenerOwner(String name) {
        return "listener " + name;
    }

    private PoolView pool(long generation, @Nullable PoolView before, Pool pool, Membership membership) {
        List<Member> members = new ArrayList<>(pool.backends().size());
        pool.backends().values().forEach(backend -> {
            BackendKey key = new BackendKey(pool.name(), backend.name());
            Tier tier = Tier.of(pool, backend);
            members.add(new Member(key, backend, tier, membership.status(key), caps.cap(key, backend.maxConnections())));
        });
        Tier active = membership.activeTier(pool.name());
        if (before != null && before.pool().equals(pool) && before.activeTier() == active && before.members().equals(members)) {
            return before;
        }
        return new PoolView(generation, pool, members, active, preference(before, pool, members, active));
    }

    private static List<Candidates> preference(@Nullable PoolView before, Pool pool, List<Member> members,
            Tier active) {
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
        List<Member> ofTier = members.stream().filter(m -> m.tier() == tier && m.backend().weight().units() > 0).toList();
        List<Member> live = ofTier.stream().filter(Member::acceptsNew).toList();
        return live.isEmpty() ? ofTier.stream().filter(m -> m.status().state() == BackendState.CHECKING).toList() : live;
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
        return members.stream().map(m -> new Candidate(m.backend().name(), m.backend().weight().units())).toList();
    }

    private ListenerView listener(Listener listener, Map<String, PoolView> pools) {
        Function<String, PoolView> pool = named -> Objects.requireNonNull(pools.get(named), named);
        var cap = caps.cap(listenerOwner(listener.name()), listener.maxConnections());
        return switch (listener) {
            case Listener.Tcp tcp -> new ListenerView.Tcp(tcp, cap, pool.apply(tcp.pool()));
            case Listener.Http http -> new ListenerView.Http(http, cap, new RouteTable(http.routes()),
                    http.routes().stream().map(route -> pool.apply(route.pool())).toList(), http.pool().map(pool));
        };
    }
}
