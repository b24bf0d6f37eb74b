package io.weir.benchmarks;

import io.weir.core.balance.LoopBackend;
import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendState;
import io.weir.core.health.BackendStatus;
import io.weir.core.health.BackendStatus.By;
import io.weir.core.health.Membership;
import io.weir.core.health.Reason;
import io.weir.core.model.AdminState;
import io.weir.core.model.Affinity;
import io.weir.core.model.Affinity.AtWeightZero;
import io.weir.core.model.Backend;
import io.weir.core.model.Configuration;
import io.weir.core.model.Pool;
import io.weir.core.model.Tier;
import io.weir.core.model.Weight;
import io.weir.core.snapshot.LoopState;
import io.weir.core.snapshot.PickSequence;
import io.weir.core.snapshot.PoolView;
import io.weir.core.snapshot.Snapshot;
import io.weir.core.snapshot.SnapshotBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the pick of a new connection's backend costs a loop: with nothing known of clients, and of a source that the table knows among so many. Tells what
 * the table weighs when it is full.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = {"-Xmx1g", "-Xms1g"})
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class AffinityBenchmark {
    private static final int BACKENDS = 10;

    private static final int CLIENTS = 1 << 12;

    @Param({"1000", "1000000"})
    private int entries;

    private final LoopState loop = new LoopState(0, new SplittableRandom(1));
    private final PickSequence sequence = new PickSequence();
    private final InetAddress[] clients = new InetAddress[CLIENTS];
    private Snapshot snapshot = Snapshot.EMPTY;
    private long bytes;
    private int next;

    /** Everybody is up. */
    private static final class Up implements Membership {
        @Override
        public BackendStatus status(BackendKey backend) {
            return BackendStatus.of(BackendState.HEALTHY, new Reason("check-passed", "3 probes succeeded"), Instant.EPOCH, By.CHECK);
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
            return 0;
        }
    }

    @Setup
    public void fill() throws UnknownHostException {
        Map<String, Backend> backends = new LinkedHashMap<>();
        for (int i = 0; i < BACKENDS; i++) {
            backends.put("i-" + i, new Backend("i-" + i, new InetSocketAddress(InetAddress.getLoopbackAddress(), 80 + i), Optional.empty(),
                    Weight.DEFAULT, OptionalInt.empty(), AdminState.ENABLED));
        }
        var rules = new Affinity(Duration.ofHours(1), 32, 64, 2 * entries, AtWeightZero.END);
        Map<String, Pool> pools = Map.of("free", Pool.builder("free").backends(backends).build(),
                "kept", Pool.builder("kept").backends(backends).affinity(rules).build());
        snapshot = new SnapshotBuilder(Optional.empty()).build(Snapshot.EMPTY, 1, new Configuration(Map.of(), pools, Map.of()), new Up());
        long before = used();
        for (int i = 0; i < entries; i++) {
            InetAddress client = InetAddress.getByAddress(ByteBuffer.allocate(Integer.BYTES).putInt(0x0A00_0000 + i).array());
            clients[i & CLIENTS - 1] = client;
            kept(client).close();
        }
        bytes = used() - before;
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @TearDown
    public void weigh() {
        long known = view("kept").affinity().orElseThrow().size();
        System.out.println("\n" + known + " entries, " + bytes / known + " bytes each");
    }

    private PoolView view(String pool) {
        return snapshot.pool(pool).orElseThrow();
    }

    private LoopBackend kept(InetAddress client) {
        sequence.start(loop.pool(view("kept")), 0, 0);
        sequence.stay(client);
        LoopBackend backend = Objects.requireNonNull(sequence.next());
        sequence.clear();
        return backend;
    }

    private InetAddress client() {
        return clients[next++ % Math.min(CLIENTS, entries)];
    }

    @Benchmark
    public LoopBackend withoutAffinity() {
        InetAddress client = client();
        sequence.start(loop.pool(view("free")), client.hashCode(), 0);
        LoopBackend backend = Objects.requireNonNull(sequence.next());
        sequence.clear();
        backend.close();
        return backend;
    }

    @Benchmark
    public LoopBackend withAffinity() {
        LoopBackend backend = kept(client());
        backend.close();
        return backend;
    }
}
