package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.Behaviour;
import io.weir.testkit.RecordingBackend;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tries after the first, as they are counted. */
class RetryMetricsIT {
    private final RecordingBackend good = RecordingBackend.http("good");
    private final RecordingBackend bad = RecordingBackend.http("bad");

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        good.close();
        bad.close();
    }

    /** What a listener has counted after two requests that take turns, of which one meets the bad backend. */
    private String metrics() throws StartRefused {
        DaemonScene scene = DaemonScene.in(folder);
        Path file = scene.write("weir.yaml", """
                version: 1
                pools:
                  shop:
                    algorithm: round-robin
                    healthCheck: none
                    outlierDetection: none
                    backends: {good: {address: "127.0.0.1:%d"}, bad: {address: "127.0.0.1:%d"}}
                listeners: {web: {protocol: http, bind: "127.0.0.1:0", pool: shop}}
                """.formatted(good.port(), bad.port()));
        try (var daemon = WeirDaemon.start(scene.options(file, false))) {
            for (int i = 0; i < 2; i++) {
                assertThat(DaemonScene.fetch(daemon.address("web").orElseThrow().getPort())).isEqualTo("200 good");
            }
            return scene.api().get("/metrics").body();
        }
    }

    @Test
    void aBackendThatCannotBeConnectedIsARedispatch() throws StartRefused {
        bad.close();

        assertThat(metrics()).contains("weir_listener_redispatches_total{listener=\"web\"} 1.0",
                "weir_listener_resends_total{listener=\"web\"} 0.0");
    }

    @Test
    void aBackendThatHangsUpWithoutAByteIsAResend() throws StartRefused {
        bad.behave(Behaviour.CLOSE);

        assertThat(metrics()).contains("weir_listener_redispatches_total{listener=\"web\"} 0.0",
                "weir_listener_resends_total{listener=\"web\"} 1.0");
    }
}
