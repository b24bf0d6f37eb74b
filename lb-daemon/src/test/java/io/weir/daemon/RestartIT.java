package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.LoopbackNameServer;
import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a daemon still knows when it starts again. */
class RestartIT {
    private final RecordingBackend home = RecordingBackend.http("home");
    private final RecordingBackend away = RecordingBackend.http("away");
    private DaemonScene scene = new DaemonScene(Path.of(""));

    @BeforeEach
    void inA(@TempDir Path folder) {
        scene = DaemonScene.in(folder);
    }

    @AfterEach
    void stop() {
        home.close();
        away.close();
    }

    @Test
    void aSourceThatIsDeadAtTheStartKeepsItsLastList() throws StartRefused, IOException {
        Path members = scene.write("members.yaml", "[\"127.0.0.1:%d\"]\n".formatted(home.port()));
        Path file = scene.write("weir.yaml", """
                version: 1
                pools:
                  shop: {healthCheck: none, discover: {file: %s, interval: 100ms}}
                listeners: {web: {protocol: http, bind: "127.0.0.1:0", pool: shop}}
                """.formatted(members));
        try (var daemon = WeirDaemon.start(scene.options(file, false))) {
            await().untilAsserted(() -> assertThat(fetch(daemon)).isEqualTo("200 home"));
            await().untilAsserted(() -> assertThat(scene.state().resolve("last-known.json")).content().contains("127.0.0.1"));
        }
        Files.delete(members);

        try (var daemon = WeirDaemon.start(scene.options())) {
            assertThat(fetch(daemon)).isEqualTo("200 home");
            await().untilAsserted(() -> assertThat(events()).contains("source.kept", "source.failed"));
            JsonNode source = scene.api().get("/v1/sources").json().get(0);
            assertThat(source.path("state").asString()).isEqualTo("stale");
            assertThat(source.path("members").asInt()).isEqualTo(1);

            Files.writeString(members, "[\"127.0.0.1:%d\"]\n".formatted(away.port()));
            await().untilAsserted(() -> assertThat(fetch(daemon)).isEqualTo("200 away"));
        }
    }

    @Test
    void aNameServerThatIsDeadAtTheStartKeepsItsLastList() throws StartRefused {
        try (var names = new LoopbackNameServer()) {
            names.has("shop.test", LoopbackNameServer.address("127.0.0.1", 0));
            Path file = scene.write("weir.yaml", """
                    version: 1
                    pools:
                      shop: {healthCheck: none, discover: {dns: shop.test, type: a, port: %d, server: "127.0.0.1:%d", interval: 100ms}}
                    listeners: {web: {protocol: http, bind: "127.0.0.1:0", pool: shop}}
                    """.formatted(home.port(), names.address().getPort()));
            try (var daemon = WeirDaemon.start(scene.options(file, false))) {
                await().untilAsserted(() -> assertThat(fetch(daemon)).isEqualTo("200 home"));
                await().untilAsserted(() -> assertThat(scene.state().resolve("last-known.json")).content().contains("127.0.0.1"));
            }
        }

        try (var daemon = WeirDaemon.start(scene.options())) {
            assertThat(fetch(daemon)).isEqualTo("200 home");
            await().untilAsserted(() -> assertThat(events()).contains("source.kept", "source.failed"));
            assertThat(scene.api().get("/v1/sources").json().get(0).path("state").asString()).isEqualTo("stale");
        }
    }

    @Test
    void trafficThatTheOperatorHasYetToBringHomeIsStillAway() throws StartRefused {
        String text = """
                version: 1
                zones: {zone-a: {}, zone-b: {}}
                pools:
                  shop:
                    healthCheck: %s
                    zones: {primary: [zone-a], backup: [zone-b]}
                    failover: {failback: manual, holdDown: 0s}
                    backends:
                      home: {address: "127.0.0.1:%d", zone: zone-a, weight: 0}
                      away: {address: "127.0.0.1:%d", zone: zone-b}
                listeners: {web: {protocol: http, bind: "127.0.0.1:0", pool: shop}}
                """.formatted(DaemonScene.CHECK, home.port(), away.port());
        try (var daemon = WeirDaemon.start(scene.options(scene.write("weir.yaml", text), false))) {
            await().untilAsserted(() -> assertThat(fetch(daemon)).isEqualTo("200 away"));
            assertThat(scene.api().patch("/v1/pools/shop/backends/home", "{\"weight\": 100}").status()).isEqualTo(200);
            await().untilAsserted(() -> assertThat(scene.state().resolve("last-known.json")).content().contains("BACKUP"));
        }

        try (var daemon = WeirDaemon.start(scene.options())) {
            await().untilAsserted(() -> assertThat(scene.api().get("/v1/backends?state=up").json()).hasSize(2));
            assertThat(fetch(daemon)).isEqualTo("200 away");
            assertThat(scene.api().get("/v1/pools").json().get(0).path("tierCause").asString())
                .isEqualTo("traffic was here before the restart, and the return is the operator's");

            assertThat(scene.api().patch("/v1/pools/shop", "{\"failover\": {\"pin\": \"primary\"}}").status()).isEqualTo(200);
            await().untilAsserted(() -> assertThat(fetch(daemon)).isEqualTo("200 home"));
        }
    }

    private static String fetch(WeirDaemon daemon) {
        return DaemonScene.fetch(daemon.address("web").orElseThrow().getPort());
    }

    private List<String> events() {
        return scene.api().get("/v1/events").json().valueStream().map(event -> event.path("type").asString()).toList();
    }
}
