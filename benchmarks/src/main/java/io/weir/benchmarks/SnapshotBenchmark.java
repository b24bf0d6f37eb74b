package io.weir.benchmarks;

import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendState;
import io.weir.core.health.BackendStatus;
import io.weir.core.health.BackendStatus.By;
import io.weir.core.health.Membership;
import io.weir.core.health.Reason;
import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Configuration;
import io.weir.core.model.Entrance;
import io.weir.core.model.Listener;
import io.weir.core.model.Pool;
import io.weir.core.model.Tier;
import io.weir.core.model.Weight;
import io.weir.core.snapshot.LoopState;
import io.weir.core.snapshot.PoolState;
import io.weir.core.snapshot.Snapshot;
import io.weir.core.snapshot.SnapshotBuilder;
import io.weir.core.snapshot.SnapshotPublisher;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one backend's health change costs: building and publishing the snapshot on control, and taking it up on a loop. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class SnapshotBenchmark {
    private static final BackendStatus UP = BackendStatus.of(BackendState.HEALTHY,
            new Reason("check-passed", "3 probes succeeded"), Instant.EPOCH, By.CHECK);
    private static final BackendStatus DOWN = BackendStatus.of(BackendState.UNHEALTHY,
            new Reason("connect-refused", "connect refused"), Instant.EPOCH, By.CHECK);

    /** {@code weighted-round-robin} with weights of 1..100 is the dearer case; equal weights make a cycle of one turn each. */
    @Param({"round-robin", "weighted-round-robin", "maglev"})
    private String algorithm = "";

    @Param({"10", "100", "2000"})
    private int backends;

    /** Pools of so many backends each, of which one changes. */
    @Param("1")
    private int pools;

    private final SnapshotBuilder builder = new SnapshotBuilder(Optional.empty());
    private final SnapshotPublisher publisher = new SnapshotPublisher();
    private final LoopState loop = new LoopState(0, new SplittableRandom(1));
    private final Statuses statuses = new Statuses();
    private Configuration configuration = Configuration.EMPTY;
    private int changed;

    /** Everybody is up but those who are said to be down. */
    private static final class Statuses implements Membership {
        private final Map<BackendKey, BackendStatus> byKey = new HashMap<>();
        private final Map<String, Long> versionByPool = new HashMap<>();

        void set(BackendKey backend, BackendStatus status) {
            byKey.put(backend, status);
            versionByPool.merge(backend.pool(), 1L, Long::sum);
        }

        @Override
        public BackendStatus status(BackendKey backend) {
            return byKey.getOrDefault(backend, UP);
        }

        @Override
        public Tier activeTier(String pool) {
            return Tier.PRIMARY;
        }

        @Override
        public boolean quorum(String pool) {
            return true;
        }

        @Override
        public long version(String pool) {
            return versionByPool.getOrDefault(pool, 0L);
        }
    }

    @Setup
    public void configure() {
        SplittableRandom random = new SplittableRandom(backends);
        Map<String, Backend> backendByName = new LinkedHashMap<>();
        for (int i = 0; i < backends; i++) {
            String name = "i-" + i;
            backendByName.put(name, new Backend(name, address(), Optional.empty(), new Weight(random.nextInt(1, 101)),
                    OptionalInt.empty(), AdminState.ENABLED));
        }
        Map<String, Pool> poolByName = new LinkedHashMap<>();
        Map<String, Listener> listenerByName = new LinkedHashMap<>();
        for (int i = 0; i < pools; i++) {
            String name = i == 0 ? "shop" : "shop-" + i;
            poolByName.put(name, Pool.builder(name).algorithm(Algorithms.named(algorithm)).backends(backendByName).build());
            listenerByName.put(name,
                    Listener.Tcp.of(Entrance.of(name, address()), name));
        }
        configuration = new Configuration(Map.of(), poolByName, listenerByName);
        publish();
    }

    private static InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);
    }

    @Benchmark
    public Snapshot buildAndPublish() {
        changeOne();
        return publish();
    }

    /** As above, and one event loop's next look at the pool. */
    @Benchmark
    public PoolState buildPublishAndTakeUp() {
        Snapshot published = buildAndPublish();
        return loop.pool(Objects.requireNonNull(published.pools().get("shop")));
    }

    private void changeOne() {
        BackendKey key = new BackendKey("shop", "i-" + changed / 2 % backends);
        statuses.set(key, changed % 2 == 0 ? DOWN : UP);
        changed++;
    }

    private Snapshot publish() {
        Snapshot next = builder.build(publisher.current(), 1, configuration, statuses);
        publisher.publish(next);
        return next;
    }
}
