package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.HttpAnswer;
import io.weir.testkit.RecordingBackend;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Outlier detection, slow start and sorry answers, from the traffic file to events and metrics. */
class PoolRulesIT {
    private final RecordingBackend good = RecordingBackend.http("good");
    private final RecordingBackend bad = RecordingBackend.http("bad");
    private DaemonScene scene = new DaemonScene(Path.of(""));

    @BeforeEach
    void inA(@TempDir Path folder) {
        scene = DaemonScene.in(folder);
    }

    @AfterEach
    void stop() {
        good.close();
        bad.close();
    }

    @Test
    void answers5xxInARowTakeABackendOut() throws StartRefused {
        bad.answer(_ -> HttpAnswer.of(500, "bad"));
        try (var daemon = start("outlierDetection: {consecutiveErrors: 3, baseEjection: 1m}", good, bad)) {
            requests(daemon, 20);

            await().untilAsserted(() -> assertThat(ejections("bad")).contains("consecutive-5xx"));
            assertThat(metrics(daemon)).contains("weir_backend_ejections_total{cause=\"consecutive-5xx\",pool=\"shop\"}");
        }
    }

    @Test
    void aBackendThatFailsMuchMoreThanTheOtherIsFoundBySweeps() throws StartRefused {
        bad.answer(_ -> HttpAnswer.of(500, "bad"));
        String rules = "outlierDetection: {interval: 200ms, successRate: {minimumBackends: 2, minimumRequests: 5, stdevFactor: 0.5}}";
        try (var daemon = start(rules, good, bad)) {
            await().untilAsserted(() -> {
                requests(daemon, 40);
                assertThat(ejections("bad")).contains("success-rate");
            });
        }
    }

    @Test
    void aBackendThatJoinsWarmsUp() throws StartRefused {
        try (var daemon = start("slowStart: 2s", good)) {
            await().untilAsserted(() -> assertThat(state("good")).isEqualTo("healthy"));

            api().put("/v1/pools/shop/backends/bad", "{\"address\": \"127.0.0.1:%d\"}".formatted(bad.port()));

            await().untilAsserted(() -> assertThat(state("bad")).isEqualTo("warming"));
            JsonNode warming = api().get("/v1/backends?state=warming").json().get(0);
            assertThat(warming.path("warmth").asInt()).isBetween(10, 99);
            assertThat(warming.path("effectiveWeight").asInt()).isEqualTo(warming.path("warmth").asInt());
            assertThat(warming.path("weight").asInt()).isEqualTo(100);
            assertThat(metrics(daemon)).containsPattern("weir_backend_effective_weight\\{backend=\"bad\",pool=\"shop\"} [1-9]\\d\\.0");
            requests(daemon, 55);
            assertThat(bad.requests()).hasSizeLessThan(25);
            await().untilAsserted(() -> assertThat(state("bad")).isEqualTo("healthy"));
            assertThat(events("bad")).extracting(event -> event.path("details").path("causeCode").asString())
                .containsExactly("check-passed", "warmed-up");
        }
    }

    @Test
    void aPoolWithoutQuorumAnswersWithItsSorryPageUntilItHasOneAgain() throws StartRefused {
        try (var daemon = start("sorry: {status: 503, body: closed for today, retryAfter: 5s}", bad)) {
            int web = daemon.address("web").orElseThrow().getPort();
            assertThat(DaemonScene.fetch(web)).isEqualTo("200 bad");

            assertThat(api().patch("/v1/pools/shop/backends/bad", "{\"weight\": 0}").status()).isEqualTo(200);
            await().untilAsserted(() -> assertThat(DaemonScene.fetch(web)).isEqualTo("503 closed for today"));
            JsonNode pool = api().get("/v1/status").json().path("pools").get(0);
            assertThat(pool.path("mode").asString()).isEqualTo("sorry");
            assertThat(pool.path("quorum").asBoolean()).isFalse();
            assertThat(pool.path("quorumWeight").asInt()).isZero();

            assertThat(api().patch("/v1/pools/shop/backends/bad", "{\"weight\": 100}").status()).isEqualTo(200);
            await().untilAsserted(() -> assertThat(DaemonScene.fetch(web)).isEqualTo("200 bad"));
        }
    }

    private WeirDaemon start(String setting, RecordingBackend... backends) throws StartRefused {
        String text = DaemonScene.configuration(backends).replace("    backends:\n", "    " + setting + "\n    backends:\n");
        WeirDaemon daemon = WeirDaemon.start(scene.options(scene.write("weir.yaml", text), false));
        await().untilAsserted(() -> assertThat(states()).hasSize(backends.length).containsOnly("healthy"));
        return daemon;
    }

    private ApiClient api() {
        return scene.api();
    }

    private List<String> states() {
        return stream(api().get("/v1/backends").json()).stream().map(backend -> backend.path("state").asString()).toList();
    }

    private String state(String backend) {
        return api().get("/v1/pools/shop/backends/" + backend).json().path("status").path("state").asString();
    }

    private List<JsonNode> events(String backend) {
        return stream(api().get("/v1/events").json()).stream()
            .filter(event -> event.path("type").asString().equals("backend.state"))
            .filter(event -> event.path("subject").asString().equals("shop/" + backend))
            .toList();
    }

    private List<String> ejections(String backend) {
        return events(backend).stream()
            .map(event -> event.path("details"))
            .filter(details -> details.path("to").asString().equals("ejected"))
            .map(details -> details.path("causeCode").asString())
            .toList();
    }

    private static List<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static void requests(WeirDaemon daemon, int count) {
        int port = daemon.address("web").orElseThrow().getPort();
        try (var client = HttpClient.newHttpClient()) {
            for (int i = 0; i < count; i++) {
                DaemonScene.fetch(client, port);
            }
        }
    }

    private static String metrics(WeirDaemon daemon) {
        return new ApiClient(daemon.adminHttp().orElseThrow()).get("/metrics").body();
    }
}
