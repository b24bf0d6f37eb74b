package io.weir.core.limit;

import io.weir.core.model.AccessList;
import io.weir.core.model.Configuration;
import io.weir.core.model.Entrance;
import io.weir.core.model.ListenerLimits;
import io.weir.core.model.PerSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Keeps what listeners count while configurations come and go, and changes the limits of what it keeps at once. Rules that did not change are shared, also
 * between listeners. Confined to {@code control}.
 */
public final class AdmissionTable {
    private final LongSupplier seeds;
    private final CapTable caps = new CapTable();
    private final Map<String, RateLimit> rateByListener = new HashMap<>();
    private final Map<String, SourceLimit> sourcesByListener = new HashMap<>();
    private final Map<String, Pace> paceByListener = new HashMap<>();
    private final Map<List<String>, Rules> rulesByLists = new HashMap<>();

    private record Rules(List<AccessList> lists, AccessRules rules) {}

    /** @param seeds for tables of sources; nobody outside may know them */
    public AdmissionTable(LongSupplier seeds) {
        this.seeds = seeds;
    }

    /** What a listener of {@code configuration} decides by. */
    public Admission admission(Entrance entrance, Configuration configuration) {
        String name = entrance.name();
        ListenerLimits limits = entrance.limits();
        return new Admission(rules(entrance.accessLists(), configuration),
                sources(name, limits.perSource()), rate(name, limits.connectionsPerSecond()),
                caps.cap(name, limits.maxConnections(), limits.resumeAt()), pace(name, limits.bandwidth()));
    }

    private Pace pace(String name, OptionalLong bitsPerSecond) {
        if (bitsPerSecond.isEmpty()) {
            paceByListener.remove(name);
            return Pace.UNLIMITED;
        }
        long bytesPerSecond = bitsPerSecond.getAsLong() / Byte.SIZE;
        Pace pace = paceByListener.computeIfAbsent(name, _ -> new Pace(bytesPerSecond));
        pace.bytesPerSecond(bytesPerSecond);
        return pace;
    }

    private AccessRules rules(List<String> names, Configuration configuration) {
        if (names.isEmpty()) {
            return AccessRules.NONE;
        }
        List<AccessList> lists = names.stream().map(name -> Objects.requireNonNull(configuration.accessLists().get(name), name)).toList();
        Rules known = rulesByLists.get(names);
        AccessRules rules = known != null && known.lists.equals(lists) ? known.rules : AccessRules.of(lists);
        rulesByLists.put(names, new Rules(lists, rules)); // the newest lists: the next comparison finds the same objects
        return rules;
    }

    private SourceLimit sources(String name, Optional<PerSource> perSource) {
        if (perSource.isEmpty()) {
            sourcesByListener.remove(name);
            return SourceLimit.NONE;
        }
        SourceLimit sources = sourcesByListener.computeIfAbsent(name,
                _ -> new SourceLimit(perSource.get().maxConnections(), seeds.getAsLong()));
        sources.limit(perSource.get().maxConnections(), perSource.get().resumeAt());
        return sources;
    }

    private RateLimit rate(String name, OptionalInt perSecond) {
        if (perSecond.isEmpty()) {
            rateByListener.remove(name);
            return RateLimit.UNLIMITED;
        }
        RateLimit rate = rateByListener.computeIfAbsent(name, _ -> new RateLimit(perSecond.getAsInt()));
        rate.perSecond(perSecond.getAsInt());
        return rate;
    }

    /** Forgets what no listener of {@code configuration} has. */
    public void retain(Configuration configuration) {
        Set<String> names = configuration.listeners().keySet();
        caps.retain(names);
        rateByListener.keySet().retainAll(names);
        sourcesByListener.keySet().retainAll(names);
        paceByListener.keySet().retainAll(names);
        rulesByLists.keySet()
            .retainAll(configuration.listeners().values().stream().map(listener -> listener.entrance().accessLists()).toList());
    }
}
