package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.net.PingSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Health checks of every type that wants an answer, in a daemon in this JVM, each over a backend that speaks its protocol. */
class ProbeTypesIT {
    private static final String PACE = "interval: 200ms, fastInterval: 100ms, timeout: 1s, healthy: 2, unhealthy: 2";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private ProbedServers servers;
    private ApiClient api;
    private WeirDaemon daemon;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        servers = new ProbedServers(folder);
        var scene = DaemonScene.in(folder);
        Path file = scene.write("weir.yaml", """
                version: 1
                pools:
                  https:
                    healthCheck:
                      {type: https, PACE, source: 127.0.0.9, method: GET, keepAlive: true, body: {contains: ready}, tls: {verify: none}}
                    backends: {b: {address: "127.0.0.1:%d"}}
                  tls:
                    healthCheck: {type: tls, PACE, tls: {verify: full, sni: server.test}}
                    backends: {b: {address: "127.0.0.1:%d"}}
                  grpc:
                    healthCheck: {type: grpc, PACE, service: shop}
                    backends: {b: {address: "127.0.0.1:%d"}}
                  udp:
                    healthCheck: {type: udp, PACE, send: PING, expect: PONG}
                    backends: {b: {address: "127.0.0.1:%d"}}
                  dns:
                    healthCheck: {type: dns, PACE, name: health.test}
                    backends: {b: {address: "127.0.0.1:%d"}}
                  script:
                    healthCheck: {type: script, PACE, command: [/usr/bin/test, -e, %s]}
                    backends: {b: {address: "127.0.0.1:1"}}
                """
            .replace("PACE", PACE)
            .formatted(servers.httpsPort(), servers.httpsPort(), servers.grpcPort(), servers.udpPort(), servers.dnsPort(),
                    servers.scriptFile()));
        daemon = WeirDaemon.start(scene.options(file, false));
        api = scene.api();
    }

    @AfterEach
    void stop() {
        daemon.close();
        servers.close();
    }

    @Test
    void backendsAreHealthyWhileTheyAnswerRightlyAndTheCauseSaysWhatWasWrong() throws Exception {
        awaitCauses(Map.of("https", "healthy check-passed", "tls", "unhealthy certificate-refused", "grpc", "healthy check-passed", "udp",
                "healthy check-passed", "dns", "healthy check-passed", "script", "healthy check-passed"));

        servers.allWrong();
        awaitCauses(Map.of("https", "unhealthy wrong-body", "tls", "unhealthy certificate-refused", "grpc", "unhealthy wrong-status", "udp",
                "unhealthy bad-answer", "dns", "unhealthy wrong-status", "script", "unhealthy script-failed"));

        servers.allWell();
        awaitCauses(Map.of("https", "healthy check-passed", "tls", "unhealthy certificate-refused", "grpc", "healthy check-passed", "udp",
                "healthy check-passed", "dns", "healthy check-passed", "script", "healthy check-passed"));
    }

    @Test
    void theConfigurationShowsTheKeysOfACheck() {
        JsonNode check = api.get("/v1/config").json().path("configuration").path("pools").path("https").path("healthCheck");
        assertThat(check.path("fastInterval").asString()).isEqualTo("100ms");
        assertThat(check.path("source").asString()).isEqualTo("127.0.0.9");
        assertThat(check.path("keepAlive").asBoolean()).isTrue();
    }

    @Test
    void aPingIsRefusedWithTheReasonWhereTheHostForbidsItAndWorksElsewhere() {
        var answer = api.put("/v1/pools/ping", """
                {"healthCheck": {"type": "icmp", "interval": "200ms"}, "backends": {"b": {"address": "127.0.0.1:1"}}}
                """);
        if (PingSocket.unavailable().isPresent()) {
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.body()).contains("pools.ping.healthCheck", "ping_group_range");
            assertThat(api.get("/v1/config").revision()).isEqualTo(1);
        } else {
            await().atMost(LIMIT).untilAsserted(() -> assertThat(causes()).containsEntry("ping", "healthy check-passed"));
        }
    }

    private void awaitCauses(Map<String, String> wanted) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(causes()).isEqualTo(wanted));
    }

    private Map<String, String> causes() {
        Map<String, String> byPool = new TreeMap<>();
        api.get("/v1/backends").json().forEach(row -> {
            byPool.put(row.path("pool").asString(), row.path("state").asString() + " " + row.path("causeCode").asString());
        });
        return byPool;
    }
}
