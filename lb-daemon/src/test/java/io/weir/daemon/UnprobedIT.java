package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.RecordingBackend;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A health check that this node cannot carry out: nothing is learnt, and that is said. */
class UnprobedIT {
    @Test
    void aBackendWhoseProgramIsMissingKeepsItsStateAndSaysWhyNobodyProbesIt(@TempDir Path folder) throws StartRefused {
        String program = folder.resolve("missing").toString();
        var scene = DaemonScene.in(folder);
        try (var backend = RecordingBackend.http("i-01");
                var _ = WeirDaemon.start(scene.options(scene.write("weir.yaml", DaemonScene.configuration(backend)), false))) {
            ApiClient api = scene.api();
            var patched = api.patch("/v1/pools/shop",
                    "{\"healthCheck\": {\"type\": \"script\", \"command\": [\"" + program + "\"], \"interval\": \"100ms\"}}");
            assertThat(patched.status()).isEqualTo(200);

            await().untilAsserted(() -> assertThat(told(api)).hasSize(1));
            assertThat(told(api).getFirst().path("subject").asString()).isEqualTo("shop/i-01");
            assertThat(told(api).getFirst().at("/details/cause").asString()).isEqualTo("no such program: " + program);
            JsonNode status = api.get("/v1/pools/shop/backends/i-01").json().path("status");
            assertThat(status.at("/lastProbe/tried").asBoolean()).isFalse();
            assertThat(status.at("/lastProbe/detail").asString()).isEqualTo("not tried: no such program: " + program);
            await()
                .untilAsserted(() -> assertThat(api.get("/v1/backends").json().get(0).at("/lastProbe/inARow").asLong()).isGreaterThan(5));
            assertThat(told(api)).as("told once").hasSize(1);
            assertThat(api.get("/metrics").body()).as("a pool without zones is not asked whether it could lose one")
                .doesNotContain("weir_pool_spare_zone{");
        }
    }

    private static List<JsonNode> told(ApiClient api) {
        return api.get("/v1/events")
            .json()
            .valueStream()
            .filter(event -> event.path("type").asString().equals("backend.notProbed"))
            .toList();
    }
}
