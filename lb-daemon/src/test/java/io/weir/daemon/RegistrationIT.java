package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.ManagedProcess;
import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that register themselves, in a daemon of its own process. */
class RegistrationIT {
    private static final String MEMBER = "/v1/pools/shop/registrations/";

    private final RecordingBackend first = RecordingBackend.http("first");
    private final RecordingBackend second = RecordingBackend.http("second");
    private DaemonScene scene;
    private ApiClient api;
    private ManagedProcess daemon;

    @BeforeEach
    void start(@TempDir Path folder) throws InterruptedException {
        scene = DaemonScene.in(folder);
        Path file = scene.write("weir.yaml", """
                version: 1
                zones: {zone-a: {}}
                pools:
                  shop:
                    healthCheck: %s
                    drain: 2s
                    discover: {registered: {ttl: 20s}}
                  plain: {}
                  unchecked: {healthCheck: none, discover: {registered: {}}}
                listeners:
                  web: {protocol: http, bind: "127.0.0.1:0", pool: shop}
                  edge: {protocol: tcp, bind: "127.0.0.1:0", pool: shop}
                """.formatted(DaemonScene.CHECK));
        daemon = DaemonProcess.start(scene, Optional.of(file));
        api = scene.api();
    }

    @AfterEach
    void stop() {
        daemon.close();
        first.close();
        second.close();
    }

    @Test
    void aMemberThatRegistersCarriesTrafficAndItsHeartbeatIsTheSameWord() {
        var joined = api.put(MEMBER + "i-01", body(first, ""));
        assertThat(joined.status()).isEqualTo(201);
        assertThat(joined.json().path("ttl").asString()).isEqualTo("20s");
        assertThat(api.get("/v1/backends").json().get(0).path("source").asString()).isEqualTo("registered");
        awaitHealthy("i-01");
        assertThat(DaemonScene.fetch(port("web"))).isEqualTo("200 first");

        assertThat(api.put(MEMBER + "i-01", body(first, "")).status()).isEqualTo(200);
        assertThat(api.put(MEMBER + "i-01", body(first, ", \"weight\": 7")).json().path("weight").asInt()).isEqualTo(7);
        assertThat(api.get("/v1/backends").json().get(0).path("weight").asInt()).isEqualTo(7);
        assertThat(api.get("/v1/config").json().path("revision").asLong()).isEqualTo(1);
    }

    @Test
    void whatCannotBeIsRefusedWithItsReason() {
        assertThat(detail(404, "/v1/pools/none/registrations/i-01")).isEqualTo("there is no pool 'none'");
        assertThat(detail(409, "/v1/pools/plain/registrations/i-01")).startsWith("pool 'plain' takes no registrations");
        assertThat(detail(409, "/v1/pools/unchecked/registrations/i-01")).startsWith("pool 'unchecked' has no health check");
        var wrong = api.put(MEMBER + "i-01", "{\"address\": \"10.0.0.1:80\", \"zone\": \"zone-x\", \"ttl\": \"1ms\"}");
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.json().path("errors")).hasSize(2);
        assertThat(api.delete(MEMBER + "i-01").status()).isEqualTo(404);
    }

    @Test
    void whoIsRegisteredIsStillThereAfterAKill() throws InterruptedException {
        api.put(MEMBER + "i-01", body(first, ", \"zone\": \"zone-a\""));
        api.put(MEMBER + "i-02", body(second, ", \"ttl\": \"60s\""));
        api.delete(MEMBER + "i-02");
        daemon.kill();
        daemon.awaitExit(Duration.ofSeconds(10));
        daemon = DaemonProcess.start(scene, Optional.empty());

        assertThat(api.get("/v1/pools/shop/registrations").json()).hasSize(1);
        awaitHealthy("i-01");
        assertThat(DaemonScene.fetch(port("web"))).isEqualTo("200 first");
    }

    @Test
    void whoeverWasAnsweredSurvivesAKillInTheMidstOfRegistrations() throws InterruptedException {
        Set<String> answered = ConcurrentHashMap.newKeySet();
        List<Thread> clients = IntStream.range(0, 4)
            .mapToObj(client -> Thread.startVirtualThread(() -> registerUntilKilled("c" + client + "-", answered)))
            .toList();
        await().until(() -> answered.size() >= 60);
        daemon.kill();
        daemon.awaitExit(Duration.ofSeconds(10));
        for (Thread client : clients) {
            client.join(Duration.ofSeconds(10));
        }
        daemon = DaemonProcess.start(scene, Optional.empty());

        assertThat(api.get("/v1/pools/shop/registrations").json().valueStream().map(row -> row.path("name").asString()))
            .containsAll(answered);
    }

    private void registerUntilKilled(String prefix, Set<String> answered) {
        try {
            for (int i = 0; i < 1_000; i++) {
                if (api.put(MEMBER + prefix + i, body(first, "")).status() == 201) {
                    answered.add(prefix + i);
                }
            }
        } catch (UncheckedIOException _) {
            // killed
        }
    }

    @Test
    void oneThatLeavesDrainsBeforeItIsGone() throws IOException {
        api.put(MEMBER + "i-01", body(first, ""));
        awaitHealthy("i-01");
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port("edge"))) {
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().read()).isEqualTo('H');
            var leaving = api.delete(MEMBER + "i-01?drain=true");
            assertThat(leaving.json().path("state").asString()).isEqualTo("leaving");
            assertThat(api.put(MEMBER + "i-01", body(first, "")).json().path("state").asString()).isEqualTo("leaving");
            assertThat(api.get("/v1/backends").json().get(0).path("state").asString()).isEqualTo("draining");
        }
        await().untilAsserted(() -> assertThat(api.get("/v1/pools/shop/registrations").json()).isEmpty());
        assertThat(events("backend.state")).anyMatch(event -> event.contains("drained"));
        assertThat(events("registration.removed")).singleElement().asString().contains("drained");
    }

    @Test
    void aLeaseEndsWhileOthersAreRenewedAndTheLastOneIsFrozen() {
        api.put(MEMBER + "i-01", body(first, ", \"ttl\": \"1s\""));
        api.put(MEMBER + "i-02", body(second, ", \"ttl\": \"1s\""));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            api.put(MEMBER + "i-02", body(second, ", \"ttl\": \"1s\""));
            assertThat(api.get("/v1/pools/shop/registrations").json()).hasSize(1);
        });
        await().untilAsserted(
                () -> assertThat(api.get("/v1/sources").json().get(0).path("state").asString()).isEqualTo("stale"));
        assertThat(api.get("/v1/pools/shop/registrations").json().get(0).path("name").asString()).isEqualTo("i-02");

        api.delete(MEMBER + "i-02");
        await().untilAsserted(() -> assertThat(events("source.ok")).isNotEmpty());
        assertThat(api.get("/v1/sources").json().get(0).path("members").asInt()).isZero();
    }

    private String detail(int status, String path) {
        var refused = api.put(path, body(first, ""));
        assertThat(refused.status()).isEqualTo(status);
        return refused.json().path("detail").asString();
    }

    private static String body(RecordingBackend backend, String more) {
        return "{\"address\": \"127.0.0.1:" + backend.port() + "\"" + more + "}";
    }

    private void awaitHealthy(String name) {
        await().untilAsserted(() -> assertThat(api.get("/v1/backends").json())
            .anyMatch(row -> row.path("name").asString().equals(name) && row.path("state").asString().equals("healthy")));
    }

    private List<String> events(String type) {
        return api.get("/v1/events")
            .json()
            .valueStream()
            .filter(event -> event.path("type").asString().equals(type))
            .map(Object::toString)
            .toList();
    }

    private int port(String listener) {
        return api.get("/v1/listeners")
            .json()
            .valueStream()
            .filter(row -> row.path("name").asString().equals(listener))
            .findFirst()
            .orElseThrow()
            .path("boundPort")
            .asInt();
    }
}
