package io.weir.core.config;

import io.weir.core.model.AdminState;
import io.weir.core.model.Affinity;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.HashKey;
import io.weir.core.model.Backend;
import io.weir.core.model.ByteRange;
import io.weir.core.model.Discovery;
import io.weir.core.model.Draining;
import io.weir.core.model.Failover;
import io.weir.core.model.Locality;
import io.weir.core.model.OutlierDetection;
import io.weir.core.model.Percent;
import io.weir.core.model.Pool;
import io.weir.core.model.Probe;
import io.weir.core.model.ProxyProtocol;
import io.weir.core.model.Quorum;
import io.weir.core.model.Sorry;
import io.weir.core.model.Weight;
import io.weir.core.model.ZonePolicy;
import io.weir.core.model.ZoneTiers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The keys of a pool and of its backends. */
final class PoolKeys {
    static final String MAGLEV = "maglev";
    private static final String WRR = Algorithm.Plain.WEIGHTED_ROUND_ROBIN.text();

    private static final Shape<String> ZONE = Scalars.reference("zones", "zone");

    static final Key<InetSocketAddress> ADDRESS = Key.required("address", Scalars.peer(),
            "Where the backend listens; an IP address, no name.");
    static final Key<InetSocketAddress> ADDRESS_OR_HOST = Key.required("address", Scalars.peerOrHost(),
            "Where the backend listens; an IP address, no name; without a port: at the one that the client connected to.");
    static final Key<String> BACKEND_ZONE = Key.optional("zone", ZONE, "The zone that the backend stands in.");
    static final Key<Integer> WEIGHT = Key.otherwise("weight", Scalars.whole(0, Weight.MAX_UNITS), Weight.DEFAULT.units(),
            "Its share of new connections; 0 takes none and is not down.");
    static final Key<Integer> MAX_CONNECTIONS = Key.optional("maxConnections", Scalars.whole(1, Integer.MAX_VALUE),
            "Connections at once from this node; absent: no cap.");
    static final Key<Integer> RESUME_AT = Key.optional("resumeAt", Scalars.whole(0, Integer.MAX_VALUE - 1),
            "Once at maxConnections, it gets no connection until so few are left; absent: until one has ended.");
    static final Key<AdminState> ADMIN_STATE = Key.otherwise("adminState", Scalars.lowerCase(AdminState.values()), AdminState.ENABLED,
            "drain takes no new connection; disabled also cuts the existing ones and is not probed.");

    static final MappingShape<Backend> BACKEND = new MappingShape<>(
            List.of(ADDRESS_OR_HOST, BACKEND_ZONE, WEIGHT, MAX_CONNECTIONS, RESUME_AT, ADMIN_STATE),
            fields -> LimitKeys.checkResume(fields, MAX_CONNECTIONS, RESUME_AT), fields -> backend(fields, ADDRESS_OR_HOST));

    /** One that was found, and not written down. */
    static final MappingShape<Backend> FOUND = MappingShape
        .of(List.of(ADDRESS, BACKEND_ZONE, WEIGHT, MAX_CONNECTIONS, ADMIN_STATE), fields -> backend(fields, ADDRESS));

    static final Key<List<String>> PRIMARY = Key.required("primary", new SequenceShape<>(ZONE, 1), "Zones that carry the traffic.");
    static final Key<List<String>> BACKUP = Key.otherwise("backup", new SequenceShape<>(ZONE, 0), List.of(),
            "Zones that carry it while no backend of a primary zone is usable.");
    static final MappingShape<ZoneTiers> TIERS = new MappingShape<>(List.of(PRIMARY, BACKUP), PoolKeys::checkTiers,
            fields -> new ZoneTiers(fields.get(PRIMARY), fields.get(BACKUP)));

    static final Key<String> ALGORITHM = Key.otherwise("algorithm", Scalars.choice(Scalars.words(algorithms()), List.of()),
            Algorithm.Plain.WEIGHTED_ROUND_ROBIN.text(), "How a backend is chosen among the usable ones.");
    static final Key<HashKey> HASH_KEY = Key.otherwise("hashKey",
            Scalars.choice(Scalars.words(HashKey.values(), HashKey::text), List.of("header", "cookie", "query")), HashKey.SOURCE,
            "With algorithm maglev, what is hashed: the client's address, both addresses and ports, or over UDP the QUIC connection id.");
    static final Key<ByteRange> QUIC_ID_BYTES = Key.otherwise("quicIdBytes",
            Scalars.parsed("FIRST-LAST, up to 16 bytes of 1-20", ByteRange::parse), ByteRange.DEFAULT,
            "With hashKey quic-id, the bytes of the connection id that count; the first is 1.");
    static final Key<Percent> BOUNDED_LOAD = Key.optional("boundedLoad", Scalars.percent(101, Percent.MAX),
            "With algorithm maglev, how much of its fair share of what an event loop has in flight a backend may have; absent: any.");
    static final Key<ZoneTiers> ZONES = Key.optional("zones", TIERS, "Primary and backup zones; absent: all zones alike.");
    static final Key<Failover> FAIL_OVER = Key.optional("failover", FailoverKeys.SHAPE,
            "When traffic moves between primary and backup zones.");
    static final Key<Locality> LOCALITY = Key.otherwise("locality",
            Scalars.choice(Scalars.words(Locality.values(), Locality::text), List.of()), Locality.ANY,
            "Whether backends in this node's zone come first, as far as that does not overload them.");
    static final Key<Percent> PANIC = Key.otherwise("panic", Scalars.percent(0, 100), Percent.NONE,
            "When fewer of the chosen tier's backends are healthy, health is ignored there; 0%: never.");
    static final Key<Percent> OVERPROVISIONING = Key.otherwise("overprovisioning", Scalars.percent(100, Percent.MAX),
            ZonePolicy.DEFAULT_OVERPROVISIONING, "How much of its share at full health a zone or tier carries before the rest spills.");
    static final Key<PoolCheckShape.PoolCheck> HEALTH_CHECK = Key.optional("healthCheck", new PoolCheckShape(),
            "The name of a template, a health check of its own, or none; absent: type tcp with all defaults.");
    static final Key<Optional<OutlierDetection>> OUTLIER_DETECTION = Key.optional("outlierDetection", OutlierKeys.SHAPE,
            "When traffic takes a backend out; absent: 5 local errors in a row.");
    static final Key<Duration> SLOW_START = Key.optional("slowStart", Scalars.duration(Pool.MIN_SLOW_START, Pool.MAX_SLOW_START),
            "How long a backend that comes in grows to its weight, from 10% of it; with algorithm weighted-round-robin only.");
    static final Key<Quorum> QUORUM = Key.optional("quorum", SorryKeys.QUORUM, "How much weight a pool in service has.");
    static final Key<Sorry> SORRY = Key.optional("sorry", SorryKeys.SORRY,
            "The answer without quorum on HTTP; on TCP connections are closed.");
    static final Key<String> SORRY_POOL = Key.optional("sorryPool", Scalars.reference("pools", "pool"),
            "The pool that carries the traffic without quorum; it has no sorryPool itself.");
    static final Key<Duration> CONNECT_TIMEOUT = Key.otherwise("connectTimeout",
            Scalars.duration(Pool.MIN_CONNECT_TIMEOUT, Pool.MAX_CONNECT_TIMEOUT), Pool.DEFAULT_CONNECT_TIMEOUT,
            "For reaching a backend, over all that are tried.");
    static final Key<Draining> DRAIN = Key.otherwise("drain", DrainKeys.SHAPE, Draining.DEFAULT,
            "How long connections of a drained or removed backend live on.");
    static final Key<ProxyProtocol> PROXY_PROTOCOL = Key.otherwise("proxyProtocol", ProxyProtocolKeys.SHAPE, ProxyProtocol.NONE,
            "The PROXY protocol header that backends get before the first byte; over HTTP such a connection serves one client alone.");
    static final Key<String> PROTOCOL = Key.otherwise("protocol", Scalars.word("http1", "http2", "grpc", "https"), "http1",
            "What backends speak behind an http listener.");
    static final Key<Map<String, Backend>> BACKENDS = Key.otherwise("backends", new NamedShape<>("backend", BACKEND), Map.of(),
            "The servers, by name.");

    static final Key<Affinity> AFFINITY = Key.optional("affinity", AffinityKeys.SHAPE,
            "What keeps a client at the backend that it went to first; absent: nothing does.");
    static final Key<Discovery> DISCOVER = Key.optional("discover", DiscoverKeys.SHAPE,
            "Where more members are found: the DNS, a file, or registrations.");

    static final MappingShape<Pool> SHAPE = new MappingShape<>(
            MappingShape.keys(
                    List.of(ALGORITHM, HASH_KEY, QUIC_ID_BYTES, BOUNDED_LOAD, ZONES, FAIL_OVER, LOCALITY, PANIC, OVERPROVISIONING,
                            HEALTH_CHECK,
                            OUTLIER_DETECTION,
                            SLOW_START, QUORUM, SORRY, SORRY_POOL, CONNECT_TIMEOUT, DRAIN, AFFINITY, PROXY_PROTOCOL, PROTOCOL, BACKENDS,
                            DISCOVER),
                    Key.later("limits")),
            PoolKeys::check, PoolKeys::pool);

    private PoolKeys() {}

    private static Backend backend(Fields fields, Key<InetSocketAddress> address) {
        return new Backend(fields.name(), fields.get(address), fields.given(BACKEND_ZONE), new Weight(fields.get(WEIGHT)),
                LimitKeys.number(fields, MAX_CONNECTIONS), fields.get(ADMIN_STATE), LimitKeys.number(fields, RESUME_AT));
    }

    private static void checkTiers(Fields fields) {
        Set<String> seen = new HashSet<>();
        for (Key<List<String>> key : List.of(PRIMARY, BACKUP)) {
            for (String zone : fields.given(key).orElse(List.of())) {
                if (!seen.add(zone)) {
                    fields.problem(key, zone + " twice", "each zone once, in primary or in backup");
                }
            }
        }
    }

    private static void check(Fields fields) {
        if (fields.given(HASH_KEY).isPresent() && !fields.get(ALGORITHM).equals(MAGLEV)) {
            fields.problem(HASH_KEY, fields.get(ALGORITHM) + " hashes nothing", "hashKey only with algorithm " + MAGLEV);
        }
        boolean quic = fields.given(HASH_KEY).filter(key -> key == HashKey.QUIC_ID).isPresent();
        if (fields.given(QUIC_ID_BYTES).isPresent() && !quic) {
            fields.problem(QUIC_ID_BYTES, "no connection id is hashed", "quicIdBytes only with hashKey quic-id");
        }
        if (quic && fields.has(AFFINITY)) {
            fields.problem(AFFINITY, "connections stay by their id", "no affinity with hashKey quic-id");
        }
        if (fields.given(BOUNDED_LOAD).isPresent() && !fields.get(ALGORITHM).equals(MAGLEV)) {
            fields.problem(BOUNDED_LOAD, fields.get(ALGORITHM) + " hashes nothing", "boundedLoad only with algorithm " + MAGLEV);
        }
        if (fields.has(SLOW_START) && fields.given(ALGORITHM).filter(slow -> !slow.equals(WRR)).isPresent()) {
            fields.problem(SLOW_START, fields.get(ALGORITHM) + " has no slow start", "slowStart only with algorithm " + WRR);
        }
        if (fields.has(SORRY) && fields.has(SORRY_POOL)) {
            fields.problem(SORRY_POOL, "sorry and sorryPool", "one of them");
        }
        fields.given(SORRY_POOL).filter(fields.name()::equals).ifPresent(self -> fields.problem(SORRY_POOL, "itself", "another pool"));
        fields.given(ZONES).ifPresent(tiers -> warnOfStrays(fields, tiers));
        refuseProbesWithoutPort(fields);
    }

    /** A backend that follows the client's port has none to be probed at. */
    private static void refuseProbesWithoutPort(Fields fields) {
        boolean probed = fields.given(HEALTH_CHECK)
            .orElse(PoolCheckShape.DEFAULT)
            .check()
            .filter(check -> check.port().isEmpty() && !(check.probe() instanceof Probe.Icmp))
            .isPresent();
        fields.given(BACKENDS).orElse(Map.of()).forEach((name, backend) -> {
            if (probed && backend.followsPort()) {
                fields.problemAt(List.of(BACKENDS.name(), name, ADDRESS.name()),
                        "a port, or a healthCheck with a port of its own, icmp or none");
            }
        });
    }

    /** A backend outside every tier belongs to the primary one, which may not be what was meant. */
    private static void warnOfStrays(Fields fields, ZoneTiers tiers) {
        fields.given(BACKENDS).orElse(Map.of()).forEach((name, backend) -> {
            boolean placed = backend.zone().filter(zone -> tiers.primary().contains(zone) || tiers.backup().contains(zone)).isPresent();
            if (!placed) {
                fields.warn(BACKENDS, name, backend.zone().map(zone -> "in " + zone).orElse("in no zone") + ", so used like a primary",
                        "a zone of the pool's primary or backup");
            }
        });
    }

    private static Pool pool(Fields fields) {
        String algorithm = fields.get(ALGORITHM);
        return Pool.builder(fields.name())
            .algorithm(algorithm(algorithm, fields))
            .zones(new ZonePolicy(fields.given(ZONES).orElse(ZoneTiers.ALIKE), fields.given(FAIL_OVER).orElse(Failover.DEFAULT),
                    fields.get(LOCALITY), fields.get(PANIC), fields.get(OVERPROVISIONING)))
            .healthCheck(fields.given(HEALTH_CHECK).orElse(PoolCheckShape.DEFAULT).check())
            .outlierDetection(fields.given(OUTLIER_DETECTION).orElse(Optional.of(OutlierDetection.DEFAULT)))
            .slowStart(fields.given(SLOW_START))
            .quorum(fields.given(QUORUM).orElse(Quorum.DEFAULT))
            .sorry(sorry(fields))
            .connectTimeout(fields.get(CONNECT_TIMEOUT))
            .draining(fields.get(DRAIN))
            .affinity(fields.given(AFFINITY))
            .proxyProtocol(fields.get(PROXY_PROTOCOL))
            .discovery(fields.given(DISCOVER))
            .backends(fields.get(BACKENDS))
            .build();
    }

    private static Sorry sorry(Fields fields) {
        return fields.given(SORRY).or(() -> fields.given(SORRY_POOL).map(Sorry.Redirected::new)).orElse(Sorry.NONE);
    }

    private static Algorithm algorithm(String word, Fields fields) {
        for (Algorithm.Plain plain : Algorithm.Plain.values()) {
            if (plain.text().equals(word)) {
                return plain;
            }
        }
        return new Algorithm.Maglev(fields.get(HASH_KEY), fields.get(QUIC_ID_BYTES), fields.given(BOUNDED_LOAD));
    }

    private static List<String> algorithms() {
        List<String> words = new ArrayList<>(Arrays.stream(Algorithm.Plain.values()).map(Algorithm.Plain::text).toList());
        words.add(MAGLEV);
        return words;
    }
}
