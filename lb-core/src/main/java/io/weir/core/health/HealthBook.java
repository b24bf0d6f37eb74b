package io.weir.core.health;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.model.Configuration;
import io.weir.core.model.Pool;
import io.weir.core.model.Tier;
import io.weir.core.model.Zone;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The health of every backend of a configuration. Confined to {@code control}. It has no clock and does nothing itself: each event comes
 * with its time, and the answer says what is to be done, in order.
 */
public final class HealthBook implements Membership {
    private final Map<String, PoolHealth> poolByName = new HashMap<>();
    private final Map<String, KnownPool> knownByPool = new HashMap<>();
    private final Map<String, Tier> tierBeforeByPool = new HashMap<>();

    /** Goes on where another process has come to, once the next configuration says with which pools. */
    public void goOnWith(List<KnownPool> pools) {
        pools.forEach(pool -> knownByPool.put(pool.pool(), pool));
    }

    /** What another process may go on with. */
    public List<KnownPool> known(Moment now) {
        return poolByName.values().stream().map(pool -> pool.known(now)).toList();
    }

    /** Where traffic of pools was that only the operator brings home, when the node last ran. To be said before the first configuration. */
    public void resume(Map<String, Tier> tierByPool) {
        tierBeforeByPool.putAll(tierByPool);
    }

    /** The pools whose traffic is away from home and does not return by itself, and where it is. */
    public Map<String, Tier> staysAway() {
        Map<String, Tier> tiers = new HashMap<>();
        poolByName.forEach((name, pool) -> pool.staysAway().ifPresent(tier -> tiers.put(name, tier)));
        return tiers;
    }

    /** Takes on a configuration. Backends that kept their name and address keep their health. */
    public List<HealthEffect> reconfigure(Configuration configuration, Moment now) {
        List<HealthEffect> effects = new ArrayList<>();
        Set<String> shifted = new HashSet<>();
        configuration.zones().values().stream().filter(Zone::shifted).forEach(zone -> shifted.add(zone.name()));
        poolByName.keySet().retainAll(configuration.pools().keySet());
        configuration.pools()
            .forEach((name, pool) -> poolByName.computeIfAbsent(name, _ -> begun(pool, now)).configure(pool, shifted, now, effects));
        knownByPool.clear();
        tierBeforeByPool.clear();
        return effects;
    }

    /** What another process handed over is newer than what was kept for a restart. */
    private PoolHealth begun(Pool pool, Moment now) {
        var begun = new PoolHealth(pool);
        KnownPool known = knownByPool.get(pool.name());
        Tier before = tierBeforeByPool.get(pool.name());
        if (known != null) {
            begun.goOnWith(known, now);
        } else if (before != null) {
            begun.resume(before);
        }
        return begun;
    }

    /** A probe ended; one of a backend that is not configured (any more) is nothing. */
    public List<HealthEffect> onProbe(BackendKey backend, ProbeOutcome outcome, Moment now) {
        List<HealthEffect> effects = new ArrayList<>(0);
        PoolHealth pool = poolByName.get(backend.pool());
        if (pool != null) {
            pool.onProbe(backend.backend(), outcome, now, effects);
        }
        return effects;
    }

    /** A data plane could not connect; see {@link EvidenceSink}. */
    public List<HealthEffect> onConnectFailed(BackendKey backend, ConnectFailure cause, int inARow, Moment now) {
        List<HealthEffect> effects = new ArrayList<>(2);
        PoolHealth pool = poolByName.get(backend.pool());
        if (pool != null) {
            pool.onConnectFailed(backend.backend(), cause, inARow, now, effects);
        }
        return effects;
    }

    /** A backend failed traffic that it was connected for; see {@link EvidenceSink}. */
    public List<HealthEffect> onFailed(BackendKey backend, FailuresInARow failures, Moment now) {
        List<HealthEffect> effects = new ArrayList<>(2);
        PoolHealth pool = poolByName.get(backend.pool());
        if (pool != null) {
            pool.onFailed(backend.backend(), failures, now, effects);
        }
        return effects;
    }

    /**
     * A look at what traffic saw of a pool's members since the last one.
     *
     * @param answersByBackend those that are missing had no traffic
     */
    public List<HealthEffect> onSweep(String pool, Map<String, AnswerCounts> answersByBackend, Moment now) {
        List<HealthEffect> effects = new ArrayList<>(0);
        PoolHealth swept = poolByName.get(pool);
        if (swept != null) {
            swept.onSweep(answersByBackend, now, effects);
        }
        return effects;
    }

    /** A draining backend has no connection left on any loop. */
    public List<HealthEffect> onConnectionsGone(BackendKey backend, Moment now) {
        List<HealthEffect> effects = new ArrayList<>(1);
        PoolHealth pool = poolByName.get(backend.pool());
        if (pool != null) {
            pool.onConnectionsGone(backend.backend(), now, effects);
        }
        return effects;
    }

    /** Time has passed; to be called at {@link #nextTimerNanos} at the latest, and harmless before. */
    public List<HealthEffect> onTimer(Moment now) {
        List<HealthEffect> effects = new ArrayList<>();
        poolByName.values().forEach(pool -> pool.onTimer(now, effects));
        return effects;
    }

    /** When {@link #onTimer} has something to do, on the clock of {@link Moment#nanos}; changes with every event. */
    public OptionalLong nextTimerNanos() {
        OptionalLong next = OptionalLong.empty();
        for (PoolHealth pool : poolByName.values()) {
            next = PoolMembers.earlier(next, pool.nextTimerNanos());
        }
        return next;
    }

    /** Backends that wait for {@link #onConnectionsGone}. */
    public List<BackendKey> draining() {
        return poolByName.values().stream().flatMap(PoolHealth::draining).toList();
    }

    /** @throws IllegalArgumentException if no such backend is configured */
    @Override
    public BackendStatus status(BackendKey backend) {
        return pool(backend.pool()).status(backend.backend());
    }

    /** @throws IllegalArgumentException if no such pool is configured */
    @Override
    public Tier activeTier(String pool) {
        return pool(pool).traffic().activeTier();
    }

    /** @throws IllegalArgumentException if no such pool is configured */
    @Override
    public TierStatus tier(String pool) {
        return pool(pool).traffic().tier();
    }

    /** @throws IllegalArgumentException if no such pool is configured */
    @Override
    public boolean quorum(String pool) {
        return pool(pool).traffic().quorum();
    }

    /** @throws IllegalArgumentException if no such pool is configured */
    @Override
    public long version(String pool) {
        return pool(pool).version();
    }

    private PoolHealth pool(String name) {
        PoolHealth pool = poolByName.get(name);
        if (pool == null) {
            throw new IllegalArgumentException("there is no pool " + name);
        }
        return pool;
    }
}
