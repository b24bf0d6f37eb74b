package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendState;
import io.weir.core.health.BackendStatus;
import io.weir.core.health.EvidenceSink;
import io.weir.core.health.FailuresInARow;
import io.weir.core.health.Membership;
import io.weir.core.health.Reason;
import io.weir.core.model.AccessList;
import io.weir.core.model.AdminState;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Backend;
import io.weir.core.model.Cidr;
import io.weir.core.model.Configuration;
import io.weir.core.model.Desync;
import io.weir.core.model.Entrance;
import io.weir.core.model.HttpLimits;
import io.weir.core.model.HttpTimeouts;
import io.weir.core.model.Listener;
import io.weir.core.model.ListenerLimits;
import io.weir.core.model.OutlierDetection;
import io.weir.core.model.Pool;
import io.weir.core.model.ProxyProtocol;
import io.weir.core.model.Route;
import io.weir.core.model.Sorry;
import io.weir.core.model.Tier;
import io.weir.core.model.Weight;
import io.weir.core.model.ZoneTiers;
import io.weir.core.snapshot.LoopState;
import io.weir.core.snapshot.Snapshot;
import io.weir.core.snapshot.SnapshotBuilder;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.l7.exchange.HttpCounters;
import io.weir.net.EventLoops;
import io.weir.net.LoopLocal;
import io.weir.net.Transport;
import io.weir.net.session.Sessions;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The layer 7 plane on real loops with one listener, {@code web}, and the pools that a test gives it. */
final class TestProxy implements AutoCloseable {
    static final ZoneTiers TWO_TIERS = new ZoneTiers(List.of("zone-a"), List.of("zone-b"));

    private final EventLoops loops;
    private final SnapshotPublisher snapshots = new SnapshotPublisher();
    private final SnapshotBuilder builder = new SnapshotBuilder(Optional.empty());
    private final Queue<String> evidence = new ConcurrentLinkedQueue<>();
    private final Queue<String> thresholds = new ConcurrentLinkedQueue<>();
    private final Map<BackendKey, BackendState> stateByBackend = new HashMap<>();
    private final Set<String> withoutQuorum = new HashSet<>();
    private final Map<String, Pool> pools = new LinkedHashMap<>();
    private final HttpPlane plane;

    private HttpTimeouts timeouts = HttpTimeouts.DEFAULT;
    private HttpLimits limits = HttpLimits.DEFAULT;
    private Desync desync = Desync.DEFENSIVE;
    private List<Route> routes = List.of();
    private List<Cidr> proxyProtocolFrom = List.of();
    private ListenerLimits listenerLimits = ListenerLimits.NONE;
    private Optional<String> fallback = Optional.of("pool");
    private List<AccessList> accessLists = List.of();
    private boolean listed = true;
    private @Nullable HttpListener listener;

    TestProxy(Transport transport) {
        this(transport, Long.MAX_VALUE);
    }

    /** @param heldBytes what connections may hold together for slow peers */
    TestProxy(Transport transport, long heldBytes) {
        loops = EventLoops.start(transport, 1);
        LoopLocal<LoopState> states = new LoopLocal<>(loops, loop -> new LoopState(loop.index(), new SplittableRandom(1)));
        EvidenceSink sink = new EvidenceSink() {
            @Override
            public void connectFailed(BackendKey backend, ConnectFailure cause, int inARow) {
                evidence.add(backend + " " + cause.text() + " " + inARow);
            }

            @Override
            public void failed(BackendKey backend, FailuresInARow inARow) {
                thresholds.add(backend.backend() + " " + inARow.last() + " " + inARow.local() + " " + inARow.gateway() + " "
                        + inARow.errors());
            }
        };
        plane = new HttpPlane(loops, states, snapshots, sink, heldBytes);
        snapshots.subscribe(plane::follow);
    }

    TestProxy pool(String name, InetSocketAddress... addresses) {
        return pool(name, ZoneTiers.ALIKE, Duration.ofSeconds(10), OptionalInt.empty(), addresses);
    }

    /** Backends are named b0, b1 and so on; of two tiers b0 is the primary one. */
    TestProxy pool(String name, ZoneTiers zones, Duration connectTimeout, OptionalInt maxPerBackend, InetSocketAddress... addresses) {
        Map<String, Backend> backends = new LinkedHashMap<>();
        for (int i = 0; i < addresses.length; i++) {
            Optional<String> zone = zones.alike() ? Optional.empty() : Optional.of(i == 0 ? "zone-a" : "zone-b");
            backends.put("b" + i, new Backend("b" + i, addresses[i], zone, Weight.DEFAULT, maxPerBackend, AdminState.ENABLED));
        }
        pools.put(name, Pool.builder(name)
            .algorithm(Algorithm.Plain.ROUND_ROBIN)
            .zones(zones)
            .connectTimeout(connectTimeout)
            .backends(backends)
            .build());
        return this;
    }

    /** Makes a pool's backends expect a PROXY header. */
    TestProxy proxyProtocol(String pool, ProxyProtocol wanted) {
        Pool was = Objects.requireNonNull(pools.get(pool));
        pools.put(pool, was.toBuilder().proxyProtocol(wanted).build());
        return this;
    }

    /** Changes what an operator wants of a backend. */
    TestProxy adminState(String pool, String backend, AdminState wanted) {
        Pool was = Objects.requireNonNull(pools.get(pool));
        Map<String, Backend> backends = new LinkedHashMap<>(was.backends());
        backends.computeIfPresent(
                backend,
                (name, one) -> new Backend(name, one.address(), one.zone(), one.weight(), one.maxConnections(), wanted));
        pools.put(pool, was.withBackends(backends));
        return this;
    }

    TestProxy outlierDetection(String pool, OutlierDetection wanted) {
        Pool was = Objects.requireNonNull(pools.get(pool));
        pools.put(pool, was.toBuilder().outlierDetection(wanted).build());
        return this;
    }

    TestProxy sorry(String pool, Sorry wanted) {
        Pool was = Objects.requireNonNull(pools.get(pool));
        pools.put(pool, was.toBuilder().sorry(wanted).build());
        return this;
    }

    TestProxy state(String pool, String backend, BackendState wanted) {
        stateByBackend.put(new BackendKey(pool, backend), wanted);
        return this;
    }

    TestProxy quorum(String pool, boolean held) {
        if (held) {
            withoutQuorum.remove(pool);
        } else {
            withoutQuorum.add(pool);
        }
        return this;
    }

    TestProxy timeouts(HttpTimeouts wanted) {
        timeouts = wanted;
        return this;
    }

    TestProxy limits(HttpLimits wanted) {
        limits = wanted;
        return this;
    }

    TestProxy desync(Desync wanted) {
        desync = wanted;
        return this;
    }

    TestProxy routes(Route... wanted) {
        routes = List.of(wanted);
        return this;
    }

    TestProxy proxyProtocolFrom(String cidr) {
        proxyProtocolFrom = List.of(Cidr.parse(cidr));
        return this;
    }

    TestProxy maxConnections(int wanted) {
        listenerLimits = new ListenerLimits(OptionalInt.of(wanted));
        return this;
    }

    TestProxy bandwidth(long bitsPerSecond) {
        listenerLimits = ListenerLimits.NONE.withBandwidth(bitsPerSecond);
        return this;
    }

    /** Keeps everybody out who is in none of these networks. */
    TestProxy allow(String... networks) {
        accessLists = List.of(new AccessList("some", AccessList.Mode.ALLOW, Arrays.stream(networks).map(Cidr::parse).toList()));
        return this;
    }

    TestProxy noFallback() {
        fallback = Optional.empty();
        return this;
    }

    TestProxy withoutListener() {
        listed = false;
        return this;
    }

    /** Publishes what was set and opens the port, if it is not open yet. */
    TestProxy publish() {
        Listener.Http http = new Listener.Http(
                Entrance.of("web", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .withLimits(listenerLimits)
                    .withProxyProtocolFrom(proxyProtocolFrom)
                    .withAccessLists(accessLists.stream().map(AccessList::name).toList()),
                routes, fallback, timeouts, limits, desync);
        var configuration = new Configuration(Map.of(), pools, listed ? Map.of("web", http) : Map.of(), Map.of(),
                accessLists.stream().collect(Collectors.toMap(AccessList::name, Function.identity())));
        Snapshot next = builder.build(snapshots.current(), snapshots.current().revision() + 1, configuration, new Told());
        snapshots.publish(next);
        if (listener == null) {
            try {
                listener = plane.open(http);
            } catch (BindException e) {
                throw new AssertionError(e);
            }
        }
        return this;
    }

    /** Has the loops turn away what is new, as they do while memory runs out. */
    TestProxy shed(boolean wanted) {
        loops.traffic().forEach(loop -> loop.load().shed(wanted));
        return this;
    }

    /** Bytes that connections hold for slow peers. */
    long heldBytes() {
        return plane.heldBytes(loops.traffic().getFirst());
    }

    HttpListener listener() {
        return Objects.requireNonNull(listener);
    }

    RawClient client() {
        return RawClient.to(address());
    }

    InetSocketAddress address() {
        return listener().address();
    }

    long count(ToLongFunction<HttpCounters> what) {
        return listener().counters().stream().mapToLong(what).sum();
    }

    Sessions sessions() {
        return plane.sessions();
    }

    List<String> evidence() {
        return List.copyOf(evidence);
    }

    /** Failures in a row that reached a threshold: backend, the last one, and how many were local, gateway errors, and errors. */
    List<String> thresholds() {
        return List.copyOf(thresholds);
    }

    @Override
    public void close() {
        if (listener != null) {
            assertThat(listener.faults()).as("exceptions of our own").isZero();
            listener.stopAccepting().join();
            listener.closeConnections();
        }
        plane.close();
        loops.close();
    }

    private final class Told implements Membership {
        @Override
        public BackendStatus status(BackendKey backend) {
            return BackendStatus.of(stateByBackend.getOrDefault(backend, BackendState.HEALTHY), new Reason("test", "test"), Instant.EPOCH,
                    BackendStatus.By.CHECK);
        }

        @Override
        public Tier activeTier(String pool) {
            return Tier.PRIMARY;
        }

        @Override
        public boolean quorum(String pool) {
            return !withoutQuorum.contains(pool);
        }

        @Override
        public long version(String pool) {
            return 0;
        }
    }
}
