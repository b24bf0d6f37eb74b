package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.RecordingBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that does not answer holds up edits and nothing else. */
class HungDiskIT {
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

                await().atMost(Duration.ofSeconds(2)).until(() -> healthy(scene) == 1);
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

    /** Lets an ordinary daemon store the first revision. */
    private static void seed(DaemonScene scene, String configuration) throws StartRefused {
        WeirDaemon.start(scene.options(scene.write("weir.yaml", configuration), false)).close();
        assertThat(Files.exists(scene.socket())).isFalse();
    }

    private static int healthy(DaemonScene scene) {
        return scene.api().get("/v1/pools").json().get(0).path("healthy").asInt();
    }
}
