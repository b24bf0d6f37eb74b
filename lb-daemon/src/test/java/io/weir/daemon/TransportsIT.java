package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.net.Transport;
import io.weir.testkit.RecordingBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The daemon is the same on every transport. */
class TransportsIT {
    @ParameterizedTest
    @EnumSource(Transport.class)
    void trafficAndTheApiWork(Transport transport, @TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(transport.unavailable().isEmpty(), transport.unavailable().orElse(""));
        var scene = DaemonScene.in(folder);
        scene.write("node.yaml", Files.readString(scene.nodeFile()) + "transport: " + transport.text() + "\n");
        try (var backend = RecordingBackend.http("i-01");
                var daemon = WeirDaemon.start(scene.options(scene.write("weir.yaml", DaemonScene.configuration(backend)), false))) {
            assertThat(DaemonScene.fetch(daemon.address("web").orElseThrow().getPort())).isEqualTo("200 i-01");
            assertThat(DaemonScene.fetch(daemon.address("edge").orElseThrow().getPort())).isEqualTo("200 i-01");
            assertThat(scene.api().get("/v1/status").json().path("node").path("transport").asString()).isEqualTo(transport.text());
            assertThat(scene.api().get("/v1/listeners/edge").json().at("/status/offload/inForce").asString())
                .isEqualTo(transport.splices() ? "splice" : "copy");
            assertThat(scene.api().patch("/v1/pools/shop/backends/i-01", "{\"weight\": 50}").revision()).isEqualTo(2);
            assertThat(scene.api().get("/v1/revisions").json().get(0).path("by").asString()).startsWith("socket");
            assertThat(new ApiClient(daemon.adminHttp().orElseThrow()).get("/healthz").body()).isEqualTo("ok\n");
        }
    }
}
