package io.weir.benchmarks;

import io.weir.core.limit.AccessRules;
import io.weir.core.limit.Admission;
import io.weir.core.limit.Cap;
import io.weir.core.limit.Decision;
import io.weir.core.limit.Pace;
import io.weir.core.limit.Place;
import io.weir.core.limit.RateLimit;
import io.weir.core.limit.SourceLimit;
import io.weir.core.model.AccessList;
import io.weir.core.model.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
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

/** What a new client costs: the look-up in an access list of so many networks, and all that a listener can ask. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class AdmissionBenchmark {
    private static final int CLIENTS = 1 << 12;

    @Param({"1", "10", "10000", "100000"})
    private int networks;

    private final InetAddress[] clients = new InetAddress[CLIENTS];
    private AccessRules access = AccessRules.NONE;
    private Admission everything = Admission.OPEN;
    private int next;
    private long nowNanos = 1;

    @Setup
    public void lists() throws UnknownHostException {
        SplittableRandom random = new SplittableRandom(networks);
        List<Cidr> denied = new ArrayList<>();
        for (int i = 0; i < networks; i++) {
            denied.add(Cidr.parse((11 + (i >>> 16)) + "." + (i >>> 8 & 0xff) + "." + (i & 0xff) + "." + (random.nextInt(8) << 5) + "/27"));
        }
        for (int i = 0; i < CLIENTS; i++) {
            clients[i] = InetAddress
                .getByAddress(new byte[] {(byte) random.nextInt(10, 14), (byte) random.nextInt(), (byte) random.nextInt(), (byte) i});
        }
        access = AccessRules.of(List.of(new AccessList("denied", AccessList.Mode.DENY, denied)));
        everything = new Admission(access, new SourceLimit(1000, random.nextLong()), new RateLimit(1_000_000_000), new Cap(1_000_000),
                Pace.UNLIMITED);
    }

    @Benchmark
    public boolean accessList() {
        return access.admit(clients[next++ & CLIENTS - 1]);
    }

    /** Access list, source, rate and cap, and what leaving costs. */
    @Benchmark
    public Decision takeAndLeave() {
        InetAddress client = clients[next++ & CLIENTS - 1];
        Decision decision = everything.decide(() -> client, nowNanos += 1_000);
        if (decision instanceof Place place) {
            place.release();
        }
        return decision;
    }
}
