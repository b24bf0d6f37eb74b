package io.weir.net.udp;

import io.weir.net.EventLoops;
import io.weir.net.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The flows of one loop: finding one among many, and one that comes while another goes. The set-up prints what each takes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = {"-Xmx2g", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class FlowTableBenchmark {
    private static final long STEP = 0x9E3779B97F4A7C15L;

    @Param({"1000", "1000000"})
    private int flows;

    private final Peer client = new Peer();

    private final Peer asked = new Peer();

    private final FlowTable table = new FlowTable(new SplittableRandom(1));

    private @Nullable EventLoops loops;

    private @Nullable FlowDoor door;

    private long next;

    @Setup(Level.Trial)
    public void fill() {
        EventLoops started = EventLoops.start(Transport.NIO, 1);
        loops = started;
        FlowDoor made = door(started);
        door = made;
        long before = used();
        for (int i = 0; i < flows; i++) {
            name(i);
            table.add(new UdpFlow(made, table.hash(client, asked, null), client, asked, null));
        }
        System.out.println("# bytes a flow, table included: " + (used() - before) / flows);
    }

    private static FlowDoor door(EventLoops started) {
        var shared = new ChannelUdpLoop(started.traffic().getFirst(), Transport.NIO);
        return new FlowDoor(shared, new InetSocketAddress(InetAddress.getLoopbackAddress(), 53), false, (_, _) -> null) {
            @Override
            void shut() {
                // It has no socket.
            }
        };
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void name(int number) {
        client.low = 0x0a000000L + (number >>> 4);
        client.port = 1024 + (number & 15);
    }

    private int any() {
        next += STEP;
        return (int) ((next >>> 33) % flows);
    }

    @TearDown(Level.Trial)
    public void stop() {
        if (loops != null) {
            loops.close();
        }
    }

    @Benchmark
    public @Nullable Object find() {
        name(any());
        return table.find(table.hash(client, asked, null), client, asked, null);
    }

    @Benchmark
    public Object comeAndGo() {
        name(any());
        int hash = table.hash(client, asked, null);
        UdpFlow known = table.find(hash, client, asked, null);
        if (known == null || door == null) {
            throw new IllegalStateException("no such flow");
        }
        table.remove(known);
        UdpFlow fresh = new UdpFlow(door, hash, client, asked, null);
        table.add(fresh);
        return fresh;
    }
}
