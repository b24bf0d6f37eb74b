package io.weir.daemon;

import static io.weir.testkit.LoopbackNameServer.address;
import static io.weir.testkit.LoopbackNameServer.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.LoopbackNameServer;
import io.weir.testkit.RecordingBackend;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Members from a name server on loopback, in a daemon in this JVM. */
class DnsMembersIT {
    private static final int SERVFAIL = 2;
    private static final String NAME = "_http._tcp.shop.test";

    private final LoopbackNameServer names = new LoopbackNameServer();
    private final RecordingBackend first = RecordingBackend.http("first");
    private final RecordingBackend second = RecordingBackend.http("second");
    private ApiClient api;
    private WeirDaemon daemon;

    @BeforeEach
    void start(@TempDir Path folder) throws StartRefused {
        names.has("host.test", address("127.0.0.1", 0));
        names.has(NAME, service(1, 0, first.port(), "host.test"));
        var scene = DaemonScene.in(folder);
        Path file = scene.write("weir.yaml", """
                version: 1
                pools:
                  shop:
                    healthCheck: %s
                    discover: {dns: %s, server: "127.0.0.1:%d", interval: 100ms}
                listeners:
                  web: {protocol: http, bind: "127.0.0.1:0", pool: shop}
                """.formatted(DaemonScene.CHECK, NAME, names.address().getPort()));
        daemon = WeirDaemon.start(scene.options(file, false));
        api = scene.api();
    }

    @AfterEach
    void stop() {
        daemon.close();
        List.of(first, second).forEach(RecordingBackend::close);
        names.close();
    }

    @Test
    void trafficFollowsTheRecordsAndAFailureOfTheNameServerTakesNobodyOut() {
        awaitAnswer("200 first");

        names.has(NAME, service(1, 0, second.port(), "host.test"));
        awaitAnswer("200 second");
        assertThat(api.get("/v1/backends").json()).hasSize(1);

        names.answersWith(SERVFAIL);
        awaitStale("the name server answered ServFail");
        names.answersWith(0);
        await().untilAsserted(() -> assertThat(source().path("state").asString()).isEqualTo("ok"));
        names.has(NAME);
        awaitStale("there is no such name (NXDOMAIN)");
        assertThat(fetch()).isEqualTo("200 second");

        names.has(NAME, service(1, 0, first.port(), "host.test"), service(1, 0, second.port(), "host.test"));
        await().untilAsserted(() -> assertThat(source().path("members").asInt()).isEqualTo(2));
        assertThat(api.get("/v1/metrics").body()).contains("weir_source_members{pool=\"shop\",source=\"dns\"} 2.0");
    }

    private void awaitStale(String cause) {
        await().untilAsserted(() -> assertThat(source().path("cause").asString()).contains(cause));
        assertThat(source().path("state").asString()).isEqualTo("stale");
        assertThat(source().path("members").asInt()).isEqualTo(1);
    }

    private void awaitAnswer(String wanted) {
        await().untilAsserted(() -> assertThat(fetch()).isEqualTo(wanted));
    }

    private String fetch() {
        return DaemonScene.fetch(daemon.address("web").orElseThrow().getPort());
    }

    private JsonNode source() {
        return api.get("/v1/sources").json().get(0);
    }
}
