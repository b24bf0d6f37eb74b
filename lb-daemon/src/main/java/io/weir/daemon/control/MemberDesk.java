package io.weir.daemon.control;

import io.weir.core.model.Backend;
import io.weir.core.model.Configuration;
import io.weir.core.model.Discovery;
import io.weir.core.model.Pool;
import io.weir.daemon.control.SourceStatus.State;
import io.weir.health.discovery.Lookup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the effective configuration: the revision in force, and in its pools the members that their sources gave. What a source gave stays
 * until it gives another list, over a restart too; a source that fails takes nobody out. Confined to {@code control}, but for {@link #onLookup} and
 * {@link #statuses}, which any thread may call.
 */
public final class MemberDesk {
    private final CommandThread control;
    private final Journal journal;
    private final Registrar registrar;
    private final LastKnownKeeper keeper;
    /** What sources gave before the start; empty once a configuration has taken what it names. */
    private final Map<String, List<Backend>> beforeByPool;
    private final Map<String, Known> knownByPool = new HashMap<>();
    private final Map<String, LiveMembers> liveByPool = new HashMap<>();
    private final Map<String, SourceStatus> statusByPool = new ConcurrentHashMap<>();
    private Configuration configuration = Configuration.EMPTY;
    private Consumer<Configuration> watcher = _ -> {};
    private Runnable changed = () -> {};

    public MemberDesk(CommandThread control, Journal journal, Registrar registrar, LastKnownKeeper keeper) {
        this.control = control;
        this.journal = journal;
        this.registrar = registrar;
        this.keeper = keeper;
        this.beforeByPool = new HashMap<>(keeper.atStart().membersByPool());
    }

    /** What a file or name server has said so far. */
    private record Known(Discovery discovery, List<Backend> members, State state, String cause, Instant since, Instant changed) {
        Known found(List<Backend> now, Instant at) {
            return new Known(discovery, now, State.OK, "", state == State.OK ? since : at, now.equals(members) ? changed : at);
        }

        Known failed(String why, Instant at) {
            State next = members.isEmpty() ? State.WAITING : State.STALE;
            return new Known(discovery, members, next, why, state == next ? since : at, changed);
        }
    }

    /** Who asks the sources that a configuration names; called on {@code control}. To be said before the start. */
    public void watchWith(Consumer<Configuration> sources) {
        watcher = sources;
    }

    /** Who takes on an effective configuration that has changed; called on {@code control}. To be said before the start. */
    void onChange(Runnable publisher) {
        changed = publisher;
        registrar.onChange(publisher);
    }

    Registrar registrar() {
        return registrar;
    }

    /** How the pools' sources stand, by pool; pools without one are missing. Any thread. */
    public Map<String, SourceStatus> statuses() {
        return Map.copyOf(statusByPool);
    }

    /** Takes on a revision. */
    void reconfigure(Configuration wanted) {
        assert control.isHere() : "not on control";
        configuration = wanted;
        Instant now = journal.clock().instant();
        knownByPool.keySet().removeIf(pool -> asked(wanted.pools().get(pool)).isEmpty());
        wanted.pools()
            .values()
            .forEach(pool -> asked(pool)
                .ifPresent(discovery -> knownByPool.merge(pool.name(), fresh(pool.name(), discovery, now), MemberDesk::moved)));
        beforeByPool.clear();
        keep();
        registrar.reconfigure(wanted);
        watcher.accept(wanted);
    }

    /** Of a source that has not answered yet: with the list that it gave before a restart, which is frozen until it does. */
    private Known fresh(String pool, Discovery discovery, Instant now) {
        List<Backend> before = beforeByPool.remove(pool);
        if (before == null || knownByPool.containsKey(pool)) {
            return new Known(discovery, List.of(), State.WAITING, "has not answered yet", now, now);
        }
        journal.tell("source.kept", pool, "source", discovery.text(), "members", String.valueOf(before.size()), "cause",
                "the list is from before the start until the source answers");
        return new Known(discovery, before, State.STALE, "has not answered since the start", now, now);
    }

    private void keep() {
        Map<String, List<Backend>> members = new HashMap<>();
        knownByPool.forEach((pool, known) -> {
            if (!known.members().isEmpty()) {
                members.put(pool, known.members());
            }
        });
        keeper.members(members);
    }

    private static Optional<Discovery> asked(@Nullable Pool pool) {
        return pool == null ? Optional.empty() : pool.discovery().filter(discovery -> !(discovery instanceof Discovery.Registered));
    }

    /** Members of the source before stay until the new one has answered. */
    private static Known moved(Known before, Known fresh) {
        return before.discovery().equals(fresh.discovery()) ? before
                : new Known(fresh.discovery(), before.members(), before.members().isEmpty() ? State.WAITING : State.STALE,
                        fresh.cause(), fresh.since(), before.changed());
    }

    /** A source answered. Any thread. */
    public void onLookup(String pool, Discovery discovery, Lookup lookup) {
        control.execute(() -> answered(pool, discovery, lookup));
    }

    private void answered(String pool, Discovery discovery, Lookup lookup) {
        Known before = knownByPool.get(pool);
        if (before == null || !before.discovery().equals(discovery)) {
            return; // of a source that nobody wants any more
        }
        Instant now = journal.clock().instant();
        Known after = switch (lookup) {
            case Lookup.Found(var members) -> before.found(members, now);
            case Lookup.Failed(var cause) -> before.failed(cause, now);
        };
        knownByPool.put(pool, after);
        tell(pool, before, after);
        if (!after.members().equals(before.members())) {
            keep();
            changed.run();
        } else {
            show(pool);
        }
    }

    private void tell(String pool, Known before, Known after) {
        String source = after.discovery().text();
        if (after.state() == State.OK) {
            if (before.state() != State.OK) {
                journal.tell("source.ok", pool, "source", source, "members", String.valueOf(after.members().size()));
            }
            if (!after.members().equals(before.members())) {
                journal.tell("source.members", pool, "source", source, "from", String.valueOf(before.members().size()), "to",
                        String.valueOf(after.members().size()));
            }
        } else if (!after.cause().equals(before.cause())) {
            journal.tell("source.failed", pool, "source", source, "state", after.state().text(), "members",
                    String.valueOf(after.members().size()), "cause", after.cause());
        }
    }

    /** The revision that was taken on last, with all members. */
    Configuration effective() {
        assert control.isHere() : "not on control";
        liveByPool.keySet().retainAll(configuration.pools().keySet());
        statusByPool.keySet()
            .removeIf(pool -> !configuration.pools().containsKey(pool)
                    || configuration.pools().get(pool).discovery().isEmpty());
        Map<String, Pool> pools = new LinkedHashMap<>();
        configuration.pools().forEach((name, pool) -> pools.put(name, pool.discovery().isEmpty() ? pool : withMembers(pool)));
        return configuration.withPools(pools);
    }

    private Pool withMembers(Pool pool) {
        Set<String> zones = configuration.zones().keySet();
        List<Backend> given = given(pool);
        LiveMembers before = liveByPool.get(pool.name());
        if (before != null && before.madeOf(pool, zones, given)) {
            show(pool.name());
            return before.effective();
        }
        LiveMembers now = LiveMembers.of(pool, Set.copyOf(zones), given);
        liveByPool.put(pool.name(), now);
        tellLeftOut(pool.name(), before, now);
        show(pool.name());
        return now.effective();
    }

    private List<Backend> given(Pool pool) {
        Known known = knownByPool.get(pool.name());
        return known == null ? registrar.members(pool.name()) : known.members();
    }

    private void tellLeftOut(String pool, @Nullable LiveMembers before, LiveMembers after) {
        Set<String> news = new TreeSet<>(after.shadowed());
        news.removeAll(before == null ? Set.of() : before.shadowed());
        if (!news.isEmpty()) {
            journal.tell("source.shadowed", pool, "members", String.join(",", new ArrayList<>(news).subList(0, Math.min(news.size(), 10))),
                    "count", String.valueOf(news.size()), "cause", "a backend of the configuration has the name or the address");
        }
        if (after.dropped() > 0 && (before == null || before.dropped() != after.dropped())) {
            journal.tell("source.dropped", pool, "members", String.valueOf(after.dropped()), "cause", "more than " + LiveMembers.MOST);
        }
    }

    private void show(String pool) {
        LiveMembers live = liveByPool.get(pool);
        if (live == null) {
            return;
        }
        Known known = knownByPool.get(pool);
        SourceStatus status = known == null ? registrar.status(pool, live.taken(), live.shadowed().size())
                : new SourceStatus(known.discovery().text(), known.state(), known.cause(), known.since(), live.taken(), live.dropped(),
                        live.shadowed().size(), known.changed());
        statusByPool.put(pool, status);
    }
}
