package io.weir.l4.listener;

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
import io.weir.core.model.Draining;
import io.weir.core.model.Entrance;
import io.weir.core.model.Forwarding;
import io.weir.core.model.Listener;
import io.weir.core.model.ListenerLimits;
import io.weir.core.model.Offload;
import io.weir.core.model.Pool;
import io.weir.core.model.ProxyProtocol;
import io.weir.core.model.Sorry;
import io.weir.core.model.Tier;
import io.weir.core.model.Weight;
import io.weir.core.model.ZoneTiers;
import io.weir.core.snapshot.LoopState;
import io.weir.core.snapshot.SnapshotBuilder;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.net.EventLoops;
import io.weir.net.LoopLocal;
import io.weir.net.Transport;
import io.weir.net.session.SessionEnd;
import io.weir.net.session.SessionSink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A layer 4 plane as the daemon wires it, with a configuration that a test changes word by word. Confined to the test. */
final class Wiring implements AutoCloseable {
    static final String LISTENER = "edge";

    static final String POOL = "web";

    private final EventLoops loops;

    private final SnapshotPublisher snapshots = new SnapshotPublisher();

    private final SnapshotBuilder builder = new SnapshotBuilder(Optional.empty());

    private final List<ListenerFailure> failures = new ArrayList<>();

    private final Map<String, Backend> backends = new LinkedHashMap<>();

    private final Map<BackendKey, BackendState> states = new LinkedHashMap<>();

    final Queue<String> evidence = new ConcurrentLinkedQueue<>();

    final Queue<SessionEnd> ended = new ConcurrentLinkedQueue<>();

    /** Failures in a row that have reached a threshold. */
    final Queue<String> thresholds = new ConcurrentLinkedQueue<>();

    final TcpListeners listeners;

    InetSocketAddress bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    boolean enabled = true;

    List<Cidr> proxyProtocolFrom = List.of();

    ListenerLimits limits = ListenerLimits.NONE;

    /** At most one. */
    List<AccessList> accessLists = List.of();

    int ports = 1;

    Forwarding forwarding = Forwarding.PROXY;

    Duration idleTimeout = Duration.ofMinutes(15);

    Duration connectTimeout = Duration.ofSeconds(5);

    Duration drain = Duration.ofSeconds(300);

    Algorithm algorithm = Algorithm.Plain.ROUND_ROBIN;

    ZoneTiers zones = ZoneTiers.ALIKE;

    ProxyProtocol proxyProtocol = ProxyProtocol.NONE;

    Sorry sorry = Sorry.NONE;

    boolean quorum = true;

    /** A second pool, for redirections. */
    Optional<Pool> other = Optional.empty();

    Wiring(Transport transport) {
        loops = EventLoops.start(transport, 2);
        EvidenceSink sink = new EvidenceSink() {
            @Override
            public void connectFailed(BackendKey backend, ConnectFailure cause, int inARow) {
                evidence.add(backend + " " + cause);
            }

            @Override
            public void failed(BackendKey backend, FailuresInARow inARow) {
                thresholds.add(backend + " " + inARow.last() + " " + inARow.local());
            }
        };
        listeners = new TcpListeners(
                loops,
                snapshots,
                new LoopLocal<>(loops, loop -> new LoopState(loop.index(), new SplittableRandom(loop.index()))),
                sink,
                Optional.<SessionSink>of(ended::add));
        snapshots.subscribe(diff -> failures.addAll(listeners.apply(diff)));
    }

    Wiring backend(String name, InetSocketAddress address) {
        return backend(name, address, Optional.empty(), OptionalInt.empty(), AdminState.ENABLED);
    }

    Wiring backend(
            String name, InetSocketAddress address, Optional<String> zone, OptionalInt cap, AdminState admin) {
        backends.put(name, new Backend(name, address, zone, Weight.DEFAULT, cap, admin));
        BackendState state = admin == AdminState.ENABLED ? BackendState.HEALTHY : BackendState.DRAINING;
        states.put(new BackendKey(POOL, name), state);
        return this;
    }

    Wiring state(String name, BackendState state) {
        states.put(new BackendKey(POOL, name), state);
        return this;
    }

    Wiring without(String name) {
        backends.remove(name);
        return this;
    }

    /** Makes the configuration as it stands the newest snapshot. */
    Wiring publish() {
        var pool = Pool.builder(POOL)
            .algorithm(algorithm)
            .zones(zones)
            .connectTimeout(connectTimeout)
            .draining(Draining.after(drain))
            .proxyProtocol(proxyProtocol)
            .sorry(sorry)
            .backends(backends)
            .build();
        Entrance entrance = Entrance.of(LISTENER, bind)
            .withEnabled(enabled)
            .withLimits(limits)
            .withPorts(ports)
            .withProxyProtocolFrom(proxyProtocolFrom)
            .withAccessLists(accessLists.stream().map(AccessList::name).toList());
        var listener = new Listener.Tcp(entrance, POOL, idleTimeout, Offload.AUTO, forwarding);
        Map<String, Pool> pools = new HashMap<>(Map.of(POOL, pool));
        other.ifPresent(second -> pools.put(second.name(), second));
        publish(new Configuration(Map.of(), pools, Map.of(LISTENER, listener), Map.of(),
                accessLists.stream().collect(Collectors.toMap(AccessList::name, Function.identity()))));
        return this;
    }

    void publish(Configuration configuration) {
        snapshots.publish(builder.build(snapshots.current(), 1, configuration, new Membership() {
            @Override
            public BackendStatus status(BackendKey backend) {
                BackendState state = states.getOrDefault(backend, BackendState.HEALTHY);
                return BackendStatus.of(state, new Reason("test", "test"), Instant.EPOCH, BackendStatus.By.CHECK);
            }

            @Override
            public Tier activeTier(String pool) {
                return Tier.PRIMARY;
            }

            @Override
            public boolean quorum(String pool) {
                return quorum || !pool.equals(POOL);
            }

            @Override
            public long version(String pool) {
                return snapshots.current().generation(); // always another: states change without a word
            }
        }));
    }

    List<ListenerFailure> failures() {
        return List.copyOf(failures);
    }

    InetSocketAddress address() {
        return listeners.address(LISTENER).orElseThrow();
    }

    TcpListenerStatus status() {
        return listeners.statuses().getFirst();
    }

    /** A client's connection. */
    Socket dial() throws java.io.IOException {
        var socket = new Socket(address().getAddress(), address().getPort());
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    @Override
    public void close() {
        loops.close();
    }
}
