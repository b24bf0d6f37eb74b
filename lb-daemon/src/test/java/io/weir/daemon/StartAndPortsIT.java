package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.FreePorts;
import io.weir.testkit.RecordingBackend;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a daemon starts, what it starts with, and ports that somebody else has. */
class StartAndPortsIT {
    private final RecordingBackend backend = RecordingBackend.http("i-01");
    private DaemonScene scene;

    @BeforeEach
    void scene(@TempDir Path folder) {
        scene = DaemonScene.in(folder);
    }

    @AfterEach
    void stop() {
        backend.close();
    }

    @Test
    void withoutAnyConfigurationItWaitsForOne() throws Exception {
        try (var _ = WeirDaemon.start(scene.options())) {
            assertThat(scene.api().get("/v1/config").revision()).isZero();
            assertThat(scene.api().putYaml("/v1/config", DaemonScene.configuration(backend)).revision()).isEqualTo(1);
        }
    }

    @Test
    void theSocketIsForOwnerAndGroup() throws Exception {
        try (var _ = WeirDaemon.start(scene.options())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(scene.socket()))).isEqualTo("rw-rw----");
        }
        assertThat(scene.socket()).doesNotExist();
    }

    @Test
    void theStoredRevisionWinsOverTheFileUnlessItIsImported() throws Exception {
        Path file = scene.write("weir.yaml", DaemonScene.configuration(backend));
        try (var _ = WeirDaemon.start(scene.options(file, false))) {
            assertThat(scene.api().patch("/v1/pools/shop/backends/i-01", "{\"weight\": 50}").revision()).isEqualTo(2);
        }
        try (var _ = WeirDaemon.start(scene.options(file, false))) {
            assertThat(scene.api().get("/v1/config").revision()).isEqualTo(2);
        }
        try (var _ = WeirDaemon.start(scene.options(file, true))) {
            assertThat(scene.api().get("/v1/config").revision()).isEqualTo(3);
            assertThat(scene.api().get("/v1/pools/shop/backends/i-01").json().has("weight")).isFalse();
        }
    }

    @Test
    void aBrokenFileIsToldWholeAndNothingStarts() {
        Path file = scene.write("weir.yaml", "version: 1\nlisteners:\n  web: {protocol: http, bind: \"127.0.0.1:99999\", pool: none}\n");

        assertThatExceptionOfType(StartRefused.class).isThrownBy(() -> WeirDaemon.start(scene.options(file, false)))
            .satisfies(
                    refused -> assertThat(refused.lines()).hasSizeGreaterThanOrEqualTo(2).allMatch(line -> line.startsWith(file + ":3:")));
        assertThat(scene.socket()).doesNotExist();
    }

    @Test
    void aFolderHasOneDaemon() throws Exception {
        try (var _ = WeirDaemon.start(scene.options())) {
            assertThatExceptionOfType(StartRefused.class).isThrownBy(() -> WeirDaemon.start(scene.options()))
                .withMessageContaining(scene.state().toString());
            assertThat(scene.api().get("/healthz").status()).isEqualTo(200);
        }
    }

    @Test
    void aPortThatIsTakenRefusesTheWholeEdit() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var _ = WeirDaemon.start(scene.options(scene.write("weir.yaml", DaemonScene.configuration(backend)), false))) {
            int free = FreePorts.next();
            String more = DaemonScene.configuration(backend)
                    + "  good: {protocol: tcp, bind: \"127.0.0.1:%d\", pool: shop}\n".formatted(free)
                    + "  bad: {protocol: tcp, bind: \"127.0.0.1:%d\", pool: shop}\n".formatted(taken.getLocalPort());
            for (String query : new String[] {"?dryRun=true", ""}) {
                var refused = scene.api().putYaml("/v1/config" + query, more);
                assertThat(refused.status()).isEqualTo(422);
                assertThat(refused.json().path("errors").get(0).path("field").asString()).isEqualTo("listeners.bad.bind");
                assertThat(refused.json().path("errors").get(0).path("line").asInt()).isEqualTo(11);
            }

            assertThat(scene.api().get("/v1/config").revision()).isEqualTo(1);
            assertThat(scene.api().get("/v1/listeners").json()).hasSize(2);
            new ServerSocket(free, 1, InetAddress.getLoopbackAddress()).close();
        }
    }

    @Test
    void aListenerThatCannotBindAtTheStartIsTriedAgainWhileTheOthersServe() throws Exception {
        int port = FreePorts.next();
        Path file = scene.write("weir.yaml",
                DaemonScene.configuration(backend) + "  late: {protocol: tcp, bind: \"127.0.0.1:%d\", pool: shop}\n".formatted(port));
        var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        try (WeirDaemon daemon = WeirDaemon.start(scene.options(file, false))) {
            assertThat(DaemonScene.fetch(daemon.address("web").orElseThrow().getPort())).isEqualTo("200 i-01");
            assertThat(scene.api().get("/v1/listeners/late").json().path("status").path("state").asString()).isEqualTo("failed");
            assertThat(scene.api().get("/v1/listeners/late").json().path("status").path("cause").asString()).contains("in use");

            taken.close();
            await().until(() -> daemon.address("late").isPresent());
            assertThat(DaemonScene.fetch(port)).isEqualTo("200 i-01");
        }
    }

    @Test
    void aListenerMovesToAnotherPortAndProtocolWithTheRevision() throws Exception {
        int port = FreePorts.next();
        String text = DaemonScene.configuration(backend) + "  door: {protocol: tcp, bind: \"127.0.0.1:%d\", pool: shop}\n".formatted(port);
        try (WeirDaemon daemon = WeirDaemon.start(scene.options(scene.write("weir.yaml", text), false))) {
            assertThat(DaemonScene.fetch(port)).isEqualTo("200 i-01");
            assertThat(scene.api().patch("/v1/listeners/door", "{\"protocol\": \"http\"}").status()).isEqualTo(200);
            assertThat(DaemonScene.fetch(port)).isEqualTo("200 i-01");
            assertThat(scene.api().get("/v1/listeners/door").json().path("status").path("requests").asInt()).isEqualTo(1);

            int other = FreePorts.next();
            assertThat(scene.api().patch("/v1/listeners/door", "{\"bind\": \"127.0.0.1:%d\"}".formatted(other)).status()).isEqualTo(200);
            assertThat(daemon.address("door").orElseThrow().getPort()).isEqualTo(other);
            assertThat(scene.api().patch("/v1/listeners/door", "{\"enabled\": false}").status()).isEqualTo(200);
            assertThat(daemon.address("door")).isEmpty();
            assertThat(scene.api().patch("/v1/listeners/door", "{\"enabled\": true}").status()).isEqualTo(200);
            assertThat(DaemonScene.fetch(other)).isEqualTo("200 i-01");
        }
    }
}
