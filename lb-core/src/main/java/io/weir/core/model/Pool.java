package io.weir.core.model;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A named group of backends with one way of choosing among them (CLB-13, CLB-14).
 *
 * @param healthCheck empty: {@code none}, every member counts as healthy until traffic proves otherwise
 * @param outlierDetection empty: {@code none}, traffic takes nobody out
 * @param slowStart how long a member that comes in grows to its full weight, 1s..900s (ALB-14); empty: at once
 * @param connectTimeout the whole of a connection's dialling, over all members that are tried (CLB-35)
 * @param affinity empty: none, nothing keeps a client at a backend
 * @param discovery empty: the members are {@code backends} alone
 * @param backends by name, in the order of the file
 */
public record Pool(String name, Algorithm algorithm, ZonePolicy zones, Optional<HealthCheck> healthCheck,
        Optional<OutlierDetection> outlierDetection, Optional<Duration> slowStart, Quorum quorum, Sorry sorry, Duration connectTimeout,
        Draining draining, Optional<Affinity> affinity, ProxyProtocol proxyProtocol, Optional<Discovery> discovery,
        Map<String, Backend> backends) {
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration MIN_CONNECT_TIMEOUT = Duration.ofMillis(100);
    public static final Duration MAX_CONNECT_TIMEOUT = Duration.ofSeconds(60);
    public static final Duration MIN_SLOW_START = Duration.ofSeconds(1);
    public static final Duration MAX_SLOW_START = Duration.ofSeconds(900);

    public Pool {
        Names.check("pool", name);
        backends = Ordered.copyOf(backends);
        if (connectTimeout.compareTo(MIN_CONNECT_TIMEOUT) < 0 || connectTimeout.compareTo(MAX_CONNECT_TIMEOUT) > 0) {
            throw new IllegalArgumentException("connectTimeout is " + connectTimeout + ", want 100ms..60s");
        }
        slowStart.filter(time -> time.compareTo(MIN_SLOW_START) < 0 || time.compareTo(MAX_SLOW_START) > 0).ifPresent(time -> {
            throw new IllegalArgumentException("slowStart is " + time + ", want 1s..900s");
        });
        if (slowStart.isPresent() && algorithm != Algorithm.Plain.WEIGHTED_ROUND_ROBIN) {
            throw new IllegalArgumentException("slowStart with " + algorithm.text() + ", want weighted-round-robin");
        }
    }

    /** A pool without members, health check or discovery, with the defaults for all else. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** This pool, to be changed. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** This pool with other members. */
    public Pool withBackends(Map<String, Backend> members) {
        return toBuilder().backends(members).build();
    }

    /** Collects the parts of a pool. Confined to its thread. */
    public static final class Builder {
        private final String name;
        private Algorithm algorithm = Algorithm.Plain.WEIGHTED_ROUND_ROBIN;
        private ZonePolicy zones = ZonePolicy.DEFAULT;
        private Optional<HealthCheck> healthCheck = Optional.empty();
        private Optional<OutlierDetection> outlierDetection = Optional.of(OutlierDetection.DEFAULT);
        private Optional<Duration> slowStart = Optional.empty();
        private Quorum quorum = Quorum.DEFAULT;
        private Sorry sorry = Sorry.NONE;
        private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
        private Draining draining = Draining.DEFAULT;
        private Optional<Affinity> affinity = Optional.empty();
        private ProxyProtocol proxyProtocol = ProxyProtocol.NONE;
        private Optional<Discovery> discovery = Optional.empty();
        private Map<String, Backend> backends = Map.of();

        private Builder(String name) {
            this.name = name;
        }

        private Builder(Pool pool) {
            this(pool.name);
            algorithm = pool.algorithm;
            zones = pool.zones;
            healthCheck = pool.healthCheck;
            outlierDetection = pool.outlierDetection;
            slowStart = pool.slowStart;
            quorum = pool.quorum;
            sorry = pool.sorry;
            connectTimeout = pool.connectTimeout;
            draining = pool.draining;
            affinity = pool.affinity;
            proxyProtocol = pool.proxyProtocol;
            discovery = pool.discovery;
            backends = pool.backends;
        }

        public Builder algorithm(Algorithm wanted) {
            algorithm = wanted;
            return this;
        }

        public Builder zones(ZonePolicy wanted) {
            zones = wanted;
            return this;
        }

        /** With the defaults for failover, locality and the rest. */
        public Builder zones(ZoneTiers tiers) {
            return zones(ZonePolicy.of(tiers));
        }

        public Builder healthCheck(Optional<HealthCheck> wanted) {
            healthCheck = wanted;
            return this;
        }

        public Builder healthCheck(HealthCheck wanted) {
            return healthCheck(Optional.of(wanted));
        }

        public Builder outlierDetection(Optional<OutlierDetection> wanted) {
            outlierDetection = wanted;
            return this;
        }

        public Builder outlierDetection(OutlierDetection wanted) {
            return outlierDetection(Optional.of(wanted));
        }

        public Builder slowStart(Optional<Duration> wanted) {
            slowStart = wanted;
            return this;
        }

        public Builder slowStart(Duration wanted) {
            return slowStart(Optional.of(wanted));
        }

        public Builder quorum(Quorum wanted) {
            quorum = wanted;
            return this;
        }

        public Builder sorry(Sorry wanted) {
            sorry = wanted;
            return this;
        }

        public Builder connectTimeout(Duration wanted) {
            connectTimeout = wanted;
            return this;
        }

        public Builder draining(Draining wanted) {
            draining = wanted;
            return this;
        }

        public Builder affinity(Optional<Affinity> wanted) {
            affinity = wanted;
            return this;
        }

        public Builder affinity(Affinity wanted) {
            return affinity(Optional.of(wanted));
        }

        public Builder proxyProtocol(ProxyProtocol wanted) {
            proxyProtocol = wanted;
            return this;
        }

        public Builder discovery(Optional<Discovery> wanted) {
            discovery = wanted;
            return this;
        }

        public Builder discovery(Discovery wanted) {
            return discovery(Optional.of(wanted));
        }

        /** In the order of the map. */
        public Builder backends(Map<String, Backend> wanted) {
            backends = wanted;
            return this;
        }

        /** In the order of the collection. */
        public Builder backends(Collection<Backend> wanted) {
            Map<String, Backend> backendByName = new LinkedHashMap<>();
            wanted.forEach(backend -> backendByName.put(backend.name(), backend));
            return backends(backendByName);
        }

        public Pool build() {
            return new Pool(name, algorithm, zones, healthCheck, outlierDetection, slowStart, quorum, sorry, connectTimeout, draining,
                    affinity,
                    proxyProtocol, discovery, backends);
        }
    }
}
