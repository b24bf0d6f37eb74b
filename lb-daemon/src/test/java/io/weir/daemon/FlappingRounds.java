package io.weir.daemon;

import static org.awaitility.Awaitility.await;

import io.weir.testkit.FreePorts;
import io.weir.testkit.ManagedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * What traffic notices of backends that flap: pools of many backends each, which change their state at every health check or at none,
 * in turns, under requests at a fixed rate. A main program: {@code ROUNDS POOLS BACKENDS REQUESTS-A-SECOND}; benchmarks/README.md has the command and
 * figures.
 */
final class FlappingRounds {
    static final Duration CHECK_INTERVAL = Duration.ofSeconds(10);

    private static final int CLIENTS = 20;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration MEASURED = Duration.ofSeconds(10);
    /** Every backend was checked again since the last change of mood. */
    private static final Duration SETTLE = CHECK_INTERVAL.plusMillis(500);
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final int pools;
    private final int backends;
    private final int perSecond;
    private final DaemonScene scene;
    private final Path moodFile;
    private final List<Integer> ports = new ArrayList<>();

    private FlappingRounds(Path folder, int pools, int backends, int perSecond) {
        this.pools = pools;
        this.backends = backends;
        this.perSecond = perSecond;
        this.scene = DaemonScene.in(folder);
        this.moodFile = folder.resolve("mood");
    }

    /** What clients measured in one stretch of time. */
    private record Latencies(List<Long> sortedNanos, int failed, long snapshots) {
        double millis(double quantile) {
            return sortedNanos.get((int) (quantile * (sortedNanos.size() - 1))) / 1e6;
        }

        String line(String mood) {
            return String.format(Locale.ROOT,
                    "%-6s p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, %d requests, %d failed, %d snapshots published", mood,
                    millis(0.5), millis(0.99), millis(0.999), sortedNanos.size(), failed, snapshots);
        }
    }

    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        var scene = new FlappingRounds(Files.createTempDirectory("weir-flap"), Integer.parseInt(args[1]), Integer.parseInt(args[2]),
                Integer.parseInt(args[3]));
        scene.run(rounds);
        System.exit(0);
    }

    private void run(int rounds) throws Exception {
        int backendPort = FreePorts.next();
        mood(FlappingBackends.STEADY);
        scene.write("node.yaml", Files.readString(scene.nodeFile()).replace("workers: 1", "workers: 2"));
        Path config = scene.write("weir.yaml", configuration(backendPort));
        try (ManagedProcess server = java(List.of("-Xms2g", "-Xmx2g", "-Xmn1g"), FlappingBackends.class, Integer.toString(backendPort),
                moodFile.toString());
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            server.awaitLine(line -> line.equals("ready"), Duration.ofSeconds(30));
            try (ManagedProcess _ = startDaemon(config)) {
                await().atMost(Duration.ofSeconds(60)).until(() -> healthy() == pools * backends);
                for (int i = 0; i < pools; i++) {
                    ports.add(scene.api().get("/v1/listeners/web-" + i).json().path("status").path("boundPort").asInt());
                }
                mood(FlappingBackends.FLAP);
                load(clients, WARM_UP);
                compare(rounds, clients);
            }
        }
    }

    /** With the heap that the launcher gives it on a host of two processors; the backends' is large, for their pauses are not what is measured. */
    private ManagedProcess startDaemon(Path config) throws InterruptedException {
        ManagedProcess daemon = java(List.of("-Xms128m", "-Xmx1g", "-Xmn48m"), DaemonProcess.class, scene.nodeFile().toString(),
                config.toString());
        DaemonProcess.awaitStart(daemon);
        return daemon;
    }

    private void compare(int rounds, ExecutorService clients) throws Exception {
        double[] ratios = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            boolean steadyFirst = round % 2 == 0;
            Latencies first = measure(clients, steadyFirst ? FlappingBackends.STEADY : FlappingBackends.FLAP);
            Latencies second = measure(clients, steadyFirst ? FlappingBackends.FLAP : FlappingBackends.STEADY);
            ratios[round] = steadyFirst ? second.millis(0.99) / first.millis(0.99) : first.millis(0.99) / second.millis(0.99);
            System.out.printf(Locale.ROOT, "round %d: p99 flapping / steady = %.2f%n", round + 1, ratios[round]);
        }
        Arrays.sort(ratios);
        System.out.printf(Locale.ROOT, "median of %d rounds: %.2f (%.2f-%.2f)%n", rounds, ratios[rounds / 2], ratios[0],
                ratios[rounds - 1]);
    }

    private Latencies measure(ExecutorService clients, String mood) throws Exception {
        mood(mood);
        load(clients, SETTLE);
        long generation = generation();
        Latencies seen = load(clients, MEASURED);
        var whole = new Latencies(seen.sortedNanos(), seen.failed(), generation() - generation);
        System.out.println(whole.line(mood));
        return whole;
    }

    /** Clients take turns; each has a connection of its own, and what it sends late because an answer was late counts as late. */
    private Latencies load(ExecutorService clients, Duration time) throws InterruptedException, ExecutionException {
        long beginNanos = System.nanoTime();
        List<Callable<Latencies>> each = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            each.add(() -> requests(client, beginNanos, beginNanos + time.toNanos()));
        }
        List<Long> all = new ArrayList<>();
        int failed = 0;
        for (Future<Latencies> done : clients.invokeAll(each)) {
            all.addAll(done.get().sortedNanos());
            failed += done.get().failed();
        }
        return new Latencies(all.stream().sorted().toList(), failed, 0);
    }

    private Latencies requests(int client, long beginNanos, long endNanos) throws IOException {
        long everyNanos = CLIENTS * 1_000_000_000L / perSecond;
        List<Long> nanos = new ArrayList<>();
        int failed = 0;
        byte[] answer = new byte[1024];
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), ports.get(client % pools))) {
            socket.setTcpNoDelay(true);
            for (long dueNanos = beginNanos + everyNanos * client / CLIENTS; dueNanos < endNanos; dueNanos += everyNanos) {
                boolean late = System.nanoTime() >= dueNanos;
                for (long leftNanos = dueNanos - System.nanoTime(); leftNanos > 0; leftNanos = dueNanos - System.nanoTime()) {
                    LockSupport.parkNanos(leftNanos);
                }
                long fromNanos = late ? dueNanos : System.nanoTime();
                socket.getOutputStream().write(REQUEST);
                int length = socket.getInputStream().read(answer);
                failed += length > 12 && new String(answer, 9, 3, StandardCharsets.US_ASCII).equals("200") ? 0 : 1;
                nanos.add(System.nanoTime() - fromNanos);
            }
        }
        return new Latencies(nanos, failed, 0);
    }

    private String configuration(int backendPort) {
        var text = new StringBuilder(
                "version: 1\nhealthChecks:\n  often: {type: http, path: /healthz, interval: " + CHECK_INTERVAL.toSeconds()
                        + "s, timeout: 30s, healthy: 1, unhealthy: 1}\npools:\n");
        var listeners = new StringBuilder("listeners:\n");
        for (int pool = 0; pool < pools; pool++) {
            text.append("  pool-").append(pool).append(":\n    healthCheck: often\n    backends:\n");
            for (int i = 0; i < backends; i++) {
                text.append("      i-%d: {address: \"127.%d.%d.%d:%d\"}%n".formatted(i, pool + 1, i / 250, i % 250 + 1, backendPort));
            }
            listeners.append("  web-%d: {protocol: http, bind: \"127.0.0.1:0\", pool: pool-%d}%n".formatted(pool, pool));
        }
        return text.append(listeners).toString();
    }

    private ManagedProcess java(List<String> heap, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Dweir.log=INFO"));
        command.addAll(heap);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return ManagedProcess.start(command, scene.folder(), Map.of());
    }

    private int healthy() {
        return scene.api().get("/v1/pools").json().valueStream().mapToInt(pool -> pool.path("healthy").asInt()).sum();
    }

    private long generation() {
        return scene.api().get("/v1/status").json().path("generation").asLong();
    }

    private void mood(String word) {
        try {
            Files.writeString(moodFile, word);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
