package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.FreePorts;
import io.weir.testkit.ManagedProcess;
import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A disk that does not answer holds up edits and nothing else. */
class HungDiskIT {
    private static final Logger LOG = LoggerFactory.getLogger(HungDiskIT.class);
    private static final Path STRACE = Path.of("/usr/bin/strace");
    private static final Duration HANG = Duration.ofSeconds(5);

    @Test
    @SuppressWarnings("try") // a backend dies in the middle
    void aBackendThatDiesIsEjectedWhileARevisionHangsOnTheDisk(@TempDir Path folder) throws Exception {
        var scene = DaemonScene.in(folder);
        var store = new AtomicReference<SlowStore>();
        try (var first = RecordingBackend.http("i-01"); var second = RecordingBackend.http("i-02")) {
            seed(scene, DaemonScene.configuration(first, second));
            try (WeirDaemon daemon = WeirDaemon.start(scene.options(), state -> {
                store.set(new SlowStore(state));
                return store.get();
            })) {
                int web = daemon.address("web").orElseThrow().getPort();
                await().until(() -> healthy(scene) == 2);

                var edit = CompletableFuture.supplyAsync(() -> scene.api().patch("/v1/pools/shop/backends/i-01", "{\"weight\": 50}"),
                        Thread::startVirtualThread);
                store.get().awaitWrite();
                first.close();

                await().until(() -> healthy(scene) == 1);
                for (int i = 0; i < 4; i++) {
                    assertThat(DaemonScene.fetch(web)).isEqualTo("200 i-02");
                }
                assertThat(edit).isNotDone();
                assertThat(scene.api().get("/v1/config").revision()).isEqualTo(1);

                store.get().release();
                assertThat(edit.get().revision()).isEqualTo(2);
            }
        }
    }

    @Test
    @SuppressWarnings("try") // the daemon is only talked to over its socket
    void editsWaitForTheDiskUpToABoundAndThenGoOnInTurn(@TempDir Path folder) throws Exception {
        var scene = DaemonScene.in(folder);
        var store = new AtomicReference<SlowStore>();
        try (var backend = RecordingBackend.http("i-01")) {
            seed(scene, DaemonScene.configuration(backend));
            try (var _ = WeirDaemon.start(scene.options(), state -> {
                store.set(new SlowStore(state));
                return store.get();
            })) {
                List<CompletableFuture<ApiClient.Answer>> edits = new ArrayList<>();
                edits.add(edit(scene, 1));
                store.get().awaitWrite();
                for (int weight = 2; weight <= 66; weight++) {
                    edits.add(edit(scene, weight));
                }
                await().until(() -> edits.stream().anyMatch(CompletableFuture::isDone));
                List<ApiClient.Answer> refused = edits.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join).toList();
                assertThat(refused).singleElement().satisfies(answer -> {
                    assertThat(answer.status()).isEqualTo(503);
                    assertThat(answer.body()).contains("more than 64 edits wait for their turn");
                });

                store.get().release();
                assertThat(edits.stream().map(CompletableFuture::join).filter(answer -> answer.status() == 200)).hasSize(65);
                assertThat(scene.api().get("/v1/config").revision()).isEqualTo(66);
            }
        }
    }

    private static CompletableFuture<ApiClient.Answer> edit(DaemonScene scene, int weight) {
        return CompletableFuture.supplyAsync(
                () -> scene.api().patch("/v1/pools/shop/backends/i-01", "{\"weight\": " + weight + "}"), Thread::startVirtualThread);
    }

    @Test
    @SuppressWarnings("try") // a backend dies in the middle
    void aKilledBackendIsEjectedWhileAnFsyncHangsForFiveSeconds(@TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(STRACE), "strace is not installed");
        var scene = DaemonScene.in(folder);
        int dyingPort = FreePorts.next();
        try (var dying = DrillBackend.start(folder, List.of(), "a-0", "zone-a", "127.0.0.1", dyingPort);
                var other = RecordingBackend.http("i-02");
                var daemon = DaemonProcess.start(scene, Optional.of(scene.write("weir.yaml", slowlyChecked(dyingPort, other.port()))))) {
            await().until(() -> healthy(scene) == 2);
            int web = scene.api().get("/v1/listeners/web").json().path("status").path("boundPort").asInt();
            // the first edit starts the store's thread
            assertThat(scene.api().patch("/v1/pools/shop/backends/a-0", "{\"weight\": 60}").revision()).isEqualTo(2);
            try (var tracer = hangEveryFsync(daemon); var client = HttpClient.newHttpClient()) {
                DaemonScene.fetch(client, web);
                tracer.awaitLine(line -> line.contains(" attached"), Duration.ofSeconds(20));
                long editNanos = System.nanoTime();
                var edit = CompletableFuture.supplyAsync(() -> scene.api().patch("/v1/pools/shop/backends/a-0", "{\"weight\": 50}"),
                        Thread::startVirtualThread);
                await().until(() -> writing(scene, 3));

                long killedNanos = System.nanoTime();
                dying.kill();
                await().pollInterval(Duration.ofMillis(1)).atMost(HANG).until(() -> {
                    assertThat(DaemonScene.fetch(client, web)).isEqualTo("200 i-02");
                    return healthy(scene) == 1;
                });
                LOG.info("ejected {} ms after the kill", (System.nanoTime() - killedNanos) / 1_000_000);
                assertThat(edit).isNotDone();

                assertThat(edit.get().revision()).isEqualTo(3);
                assertThat(Duration.ofNanos(System.nanoTime() - editNanos)).isGreaterThan(HANG);
            }
        }
    }

    /** From now on the kernel lets each one of the daemon wait. No other thread is traced, or the tracer would hold up traffic itself. */
    private static ManagedProcess hangEveryFsync(ManagedProcess daemon) throws IOException {
        return ManagedProcess.start(STRACE.toString(), "-e", "trace=fsync,fdatasync", "-e",
                "inject=fsync,fdatasync:delay_enter=" + HANG.toSeconds() + "s", "-p", thread(daemon, "store"));
    }

    private static String thread(ManagedProcess process, String name) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            for (Path thread : threads.toList()) {
                if (Files.readString(thread.resolve("comm")).strip().equals(name)) {
                    return thread.getFileName().toString();
                }
            }
        }
        throw new AssertionError("no thread " + name + " in " + process.pid());
    }

    private static boolean writing(DaemonScene scene, int revision) throws IOException {
        try (Stream<Path> files = Files.list(scene.state().resolve("revisions"))) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith(revision + "."));
        }
    }

    /** Probes come too late to find the killed backend first: traffic does. */
    private static String slowlyChecked(int firstPort, int secondPort) {
        return """
                version: 1
                pools:
                  shop:
                    healthCheck: {type: tcp, interval: 5s, healthy: 1}
                    backends:
                      a-0: {address: "127.0.0.1:%d"}
                      i-02: {address: "127.0.0.1:%d"}
                listeners:
                  web: {protocol: http, bind: "127.0.0.1:0", pool: shop}
                """.formatted(firstPort, secondPort);
    }

    /** Lets an ordinary daemon store the first revision. */
    private static void seed(DaemonScene scene, String configuration) throws StartRefused {
        WeirDaemon.start(scene.options(scene.write("weir.yaml", configuration), false)).close();
        assertThat(Files.exists(scene.socket())).isFalse();
    }

    private static int healthy(DaemonScene scene) {
        return scene.api().get("/v1/pools").json().get(0).path("healthy").asInt();
    }
}
