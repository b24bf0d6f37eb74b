package io.weir.benchmarks;

import io.weir.core.balance.Balancer;
import io.weir.core.balance.Balancers;
import io.weir.core.balance.Candidate;
import io.weir.core.balance.LoopBackend;
import io.weir.core.balance.PickState;
import io.weir.core.health.BackendKey;
import io.weir.core.limit.Cap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
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

/** What one pick costs a loop, with connections open on every backend and weights of 1..100. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class PickBenchmark {
    private static final long HASH_STEP = 0x9E3779B97F4A7C15L;
    private static final long NANOS_BETWEEN_PICKS = 10_000;

    @Param({"round-robin", "weighted-round-robin", "weighted-least-connections", "least-requests", "peak-ewma", "random", "maglev"})
    private String algorithm = "";

    @Param({"10", "100", "2000"})
    private int backends;

    private final PickState state = new PickState(new SplittableRandom(1));
    private Balancer balancer = (_, _, _) -> 0;
    private long hash;
    private long nowNanos;

    @Setup
    public void candidates() {
        SplittableRandom random = new SplittableRandom(backends);
        List<Candidate> candidates = new ArrayList<>();
        LoopBackend[] loopBackends = new LoopBackend[backends];
        for (int i = 0; i < backends; i++) {
            candidates.add(new Candidate("i-" + i, random.nextInt(1, 101)));
            loopBackends[i] = new LoopBackend(new BackendKey("shop", "i-" + i),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 80), Cap.UNLIMITED);
            loopBackends[i].cost().observe(random.nextLong(1_000_000), 0);
            for (int open = random.nextInt(20); open > 0; open--) {
                loopBackends[i].tryOpen();
            }
        }
        state.candidates(loopBackends);
        balancer = Balancers.of(Algorithms.named(algorithm), candidates);
    }

    @Benchmark
    public int pick() {
        hash += HASH_STEP;
        nowNanos += NANOS_BETWEEN_PICKS;
        return balancer.pick(state, hash, nowNanos);
    }

    /** A pick with what follows it: weighted-least-connections pays when a connection opens and closes. */
    @Benchmark
    public LoopBackend pickOpenAndClose() {
        LoopBackend backend = state.backend(pick());
        backend.tryOpen();
        backend.close();
        return backend;
    }
}
