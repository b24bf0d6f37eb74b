package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.RecordingBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

    /** Lets an ordinary daemon store the first revision. */
    private static void seed(DaemonScene scene, String configuration) throws StartRefused {
        WeirDaemon.start(scene.options(scene.write("weir.yaml", configuration), false)).close();
        assertThat(Files.exists(scene.socket())).isFalse();
    }

    private static int healthy(DaemonScene scene) {
        return scene.api().get("/v1/pools").json().get(0).path("healthy").asInt();
    }
}
