package io.weir.core.snapshot;

import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendState;
import io.weir.core.health.BackendStatus;
import io.weir.core.health.BackendStatus.By;
import io.weir.core.health.Membership;
import io.weir.core.health.Reason;
import io.weir.core.model.AdminState;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.Plain;
import io.weir.core.model.Backend;
import io.weir.core.model.Configuration;
import io.weir.core.model.Draining;
import io.weir.core.model.Entrance;
import io.weir.core.model.HttpLimits;
import io.weir.core.model.HttpTimeouts;
import io.weir.core.model.Listener;
import io.weir.core.model.ListenerLimits;
import io.weir.core.model.Pool;
import io.weir.core.model.Route;
import io.weir.core.model.Tier;
import io.weir.core.model.Weight;
import io.weir.core.model.Zone;
import io.weir.core.model.ZoneTiers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A configuration to change step by step, what health knows of it, and the snapshots made of both. Backends are healthy unless told otherwise. */
final class Scene implements Membership {
    static final Duration DRAIN = Duration.ofSeconds(30);

    final SnapshotBuilder builder = new SnapshotBuilder(Optional.of("zone-a"));
    final SnapshotPublisher publisher = new SnapshotPublisher();
    private final Map<BackendKey, BackendStatus> statusByKey = new HashMap<>();
    private final Map<String, Tier> activeByPool = new HashMap<>();
    private final Map<String, Long> versionByPool = new HashMap<>();
    private final Set<String> withoutQuorum = new HashSet<>();
    private final Set<String> shifted = new HashSet<>();
    private final Map<String, Consumer<Pool.Builder>> settingsByPool = new HashMap<>();
    private final Map<String, Map<String, Backend>> backendsByPool = new LinkedHashMap<>();
    private final Map<String, Listener> listeners = new LinkedHashMap<>();
    private Algorithm algorithm = Plain.WEIGHTED_ROUND_ROBIN;
    private Configuration configuration = Configuration.EMPTY;

    static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** In service, with a part of its weight. */
    Scene warming(String pool, String backend, int percent) {
        versionByPool.merge(pool, 1L, Long::sum);
        statusByKey.put(new BackendKey(pool, backend), new BackendStatus(BackendState.WARMING, new Reason("test", "test"), Instant.EPOCH,
                By.CHECK, percent, OptionalInt.empty()));
        return this;
    }

    static BackendStatus status(BackendState state, String cause) {
        return BackendStatus.of(state, new Reason("test", cause), Instant.EPOCH, By.CHECK);
    }

    Scene algorithm(Algorithm wanted) {
        algorithm = wanted;
        return this;
    }

    /** A backend of weight 100 without a cap. */
    Scene backend(String pool, String name, String zone) {
        return backend(pool, name, zone, 100, OptionalInt.empty(), AdminState.ENABLED, 80);
    }

    Scene capped(String pool, String name, int maxConnections) {
        return backend(pool, name, "zone-a", 100, OptionalInt.of(maxConnections), AdminState.ENABLED, 80);
    }

    Scene weight(String pool, String name, int weight) {
        return backend(pool, name, "zone-a", weight, OptionalInt.empty(), AdminState.ENABLED, 80);
    }

    Scene admin(String pool, String name, AdminState admin) {
        return backend(pool, name, "zone-a", 100, OptionalInt.empty(), admin, 80);
    }

    Scene port(String pool, String name, int port) {
        return backend(pool, name, "zone-a", 100, OptionalInt.empty(), AdminState.ENABLED, port);
    }

    private Scene backend(String pool, String name, String zone, int weight, OptionalInt cap, AdminState admin, int port) {
        backendsByPool.computeIfAbsent(pool, _ -> new LinkedHashMap<>())
            .put(name, new Backend(name, address(port), Optional.of(zone), new Weight(weight), cap, admin));
        return this;
    }

    Scene remove(String pool, String name) {
        Objects.requireNonNull(backendsByPool.get(pool)).remove(name);
        return this;
    }

    Scene removePool(String pool) {
        backendsByPool.remove(pool);
        return this;
    }

    Scene tcp(String name, String pool) {
        listeners.put(name, Listener.Tcp.of(Entrance.of(name, address(0)), pool));
        return this;
    }

    Scene http(String name, String pool, Route... routes) {
        listeners.put(name,
                new Listener.Http(Entrance.of(name, address(0)).withLimits(new ListenerLimits(OptionalInt.of(10))), List.of(routes),
                        Optional.of(pool),
                        HttpTimeouts.DEFAULT, HttpLimits.DEFAULT));
        return this;
    }

    Scene state(String pool, String backend, BackendState state) {
        return cause(pool, backend, state, state.text());
    }

    Scene cause(String pool, String backend, BackendState state, String cause) {
        versionByPool.merge(pool, 1L, Long::sum);
        statusByKey.put(new BackendKey(pool, backend), status(state, cause));
        return this;
    }

    /** Without a word to whoever asks whether something changed. */
    Scene stateInSecret(String pool, String backend, BackendState state) {
        statusByKey.put(new BackendKey(pool, backend), status(state, state.text()));
        return this;
    }

    Scene active(String pool, Tier tier) {
        versionByPool.merge(pool, 1L, Long::sum);
        activeByPool.put(pool, tier);
        return this;
    }

    Scene quorum(String pool, boolean held) {
        versionByPool.merge(pool, 1L, Long::sum);
        boolean _ = held ? withoutQuorum.remove(pool) : withoutQuorum.add(pool);
        return this;
    }

    /** Settings beyond the tiers, from the next {@link #configure} on. */
    Scene settings(String pool, Consumer<Pool.Builder> wanted) {
        settingsByPool.put(pool, wanted);
        return this;
    }

    Scene shift(String zone) {
        shifted.add(zone);
        return this;
    }

    /** Makes the changes so far the configuration: zone-a is primary, zone-b is backup. */
    Scene configure() {
        Map<String, Pool> pools = new LinkedHashMap<>();
        backendsByPool.forEach((name, backends) -> pools.put(name, pool(name, backends)));
        Map<String, Zone> zones = new HashMap<>();
        shifted.forEach(zone -> zones.put(zone, new Zone(zone, Optional.empty(), true)));
        configuration = new Configuration(zones, pools, listeners);
        return this;
    }

    private Pool pool(String name, Map<String, Backend> backends) {
        Pool.Builder pool = Pool.builder(name)
            .algorithm(algorithm)
            .zones(new ZoneTiers(List.of("zone-a"), List.of("zone-b")))
            .draining(Draining.after(DRAIN))
            .backends(backends);
        settingsByPool.getOrDefault(name, _ -> {}).accept(pool);
        return pool.build();
    }

    /** Publishes configuration and health as they are now. */
    Snapshot publish() {
        publisher.publish(builder.build(publisher.current(), 1, configuration, this));
        return publisher.current();
    }

    PoolView view(String pool) {
        return publisher.current().pool(pool).orElseThrow();
    }

    static LoopState loop(long seed) {
        return new LoopState(0, new SplittableRandom(seed));
    }

    @Override
    public BackendStatus status(BackendKey backend) {
        return statusByKey.getOrDefault(backend, status(BackendState.HEALTHY, "up"));
    }

    @Override
    public boolean quorum(String pool) {
        return !withoutQuorum.contains(pool);
    }

    @Override
    public long version(String pool) {
        return versionByPool.getOrDefault(pool, 0L);
    }

    @Override
    public Tier activeTier(String pool) {
        return activeByPool.getOrDefault(pool, Tier.PRIMARY);
    }
}
