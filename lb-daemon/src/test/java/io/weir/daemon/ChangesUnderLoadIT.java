package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.daemon.ApiClient.Answer;
import io.weir.testkit.FreePorts;
import io.weir.testkit.ManagedProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listeners and backends change ten times a second. {@code -Dweir.changes.seconds=60 -Dweir.changes.rate=2000} is the whole run. */
class ChangesUnderLoadIT {
    private static final int SECONDS = Integer.getInteger("weir.changes.seconds", 4);
    private static final int RATE = Integer.getInteger("weir.changes.rate", 300);
    private static final int CHANGES_PER_SECOND = 10;
    private static final int KEPT = 20;

    private DaemonScene scene;

    @BeforeEach
    void scene(@TempDir Path folder) {
        scene = DaemonScene.in(folder);
    }

    @Test
    void noClientNoticesThatListenersAndBackendsChange() throws Exception {
        try (var first = OneAnswerServer.start();
                var second = OneAnswerServer.start();
                var third = OneAnswerServer.start();
                ManagedProcess _ = DaemonProcess.start(scene, Optional.of(scene.write("weir.yaml", configuration(first, second))))) {
            int web = port("web");
            int edge = port("edge");
            try (var load = ConnectionLoad.start(List.of(web, edge), RATE, web, KEPT)) {
                await().until(() -> load.answered() > RATE);
                long begunNanos = System.nanoTime();
                for (int change = 0; change < SECONDS * CHANGES_PER_SECOND; change++) {
                    waitUntil(begunNanos + change * 1_000_000_000L / CHANGES_PER_SECOND);
                    Answer answer = change(change, third.port());
                    assertThat(answer.status()).as("change %d: %s", change, answer.body()).isIn(200, 201);
                }
                double seconds = (System.nanoTime() - begunNanos) / 1e9;
                load.stop();
                System.out.printf("%d changes in %.1f s at %d/s: %d answered, %d failed%n", SECONDS * CHANGES_PER_SECOND, seconds, RATE,
                        load.answered(), load.failed());
                assertThat(load.errors()).isEmpty();
                assertThat(load.failed()).isZero();
            }
        }
    }

    /** Ten kinds take turns; after a round all is as before, but for the port of the listener that comes and goes. */
    private Answer change(int number, int otherBackend) {
        return switch (number % CHANGES_PER_SECOND) {
            case 0 -> api().put("/v1/pools/shop/backends/i-03", "{\"address\": \"127.0.0.1:" + otherBackend + "\"}");
            case 1 -> api().put("/v1/listeners/extra", "{\"protocol\": \"http\", \"bind\": \"127.0.0.1:" + FreePorts.next()
                    + "\", \"pool\": \"shop\"}");
            case 2 -> api().patch("/v1/pools/shop/backends/i-01", "{\"weight\": 10}");
            case 3 -> api().patch("/v1/pools/shop/backends/i-02", "{\"adminState\": \"drain\"}");
            case 4 -> api().patch("/v1/listeners/web", "{\"pool\": \"other\"}");
            case 5 -> api().patch("/v1/listeners/extra", "{\"bind\": \"127.0.0.1:" + FreePorts.next() + "\"}");
            case 6 -> api().patch("/v1/pools/shop/backends/i-02", "{\"adminState\": \"enabled\"}");
            case 7 -> api().delete("/v1/listeners/extra");
            case 8 -> api().patch("/v1/listeners/web", "{\"pool\": \"shop\"}");
            default -> api().delete("/v1/pools/shop/backends/i-03");
        };
    }

    private ApiClient api() {
        return scene.api();
    }

    private static void waitUntil(long dueNanos) {
        for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private int port(String listener) {
        return api().get("/v1/listeners/" + listener).json().path("status").path("boundPort").asInt();
    }

    private static String configuration(OneAnswerServer first, OneAnswerServer second) {
        return """
                version: 1
                pools:
                  shop:
                    healthCheck: %1$s
                    backends: {i-01: {address: "127.0.0.1:%2$d"}, i-02: {address: "127.0.0.1:%3$d"}}
                  other:
                    healthCheck: %1$s
                    backends: {i-02: {address: "127.0.0.1:%3$d"}}
                listeners:
                  web: {protocol: http, bind: "127.0.0.1:0", pool: shop}
                  edge: {protocol: tcp, bind: "127.0.0.1:0", pool: shop}
                """.formatted(DaemonScene.CHECK, first.port(), second.port());
    }
}
