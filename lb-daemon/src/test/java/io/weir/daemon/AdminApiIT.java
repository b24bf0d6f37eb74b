package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.RecordingBackend;
import io.weir.testkit.TestAuthority;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The API of a daemon in this JVM, over its socket. */
class AdminApiIT {
    private static final String BACKEND = "/v1/pools/shop/backends/i-01";

    private final RecordingBackend first = RecordingBackend.http("i-01");
    private final RecordingBackend second = RecordingBackend.http("i-02");
    private DaemonScene scene;
    private ApiClient api;
    private WeirDaemon daemon;

    @BeforeEach
    void start(@TempDir Path folder) throws StartRefused {
        scene = DaemonScene.in(folder);
        Path file = scene.write("weir.yaml", DaemonScene.configuration(first, second));
        daemon = WeirDaemon.start(scene.options(file, false));
        api = scene.api();
    }

    @AfterEach
    void stop() {
        daemon.close();
        first.close();
        second.close();
    }

    @Test
    void trafficFlowsThroughBothPlanesOnceTheSocketIsThere() {
        assertThat(DaemonScene.fetch(port("web"))).startsWith("200 i-0");
        assertThat(DaemonScene.fetch(port("edge"))).startsWith("200 i-0");
        await().untilAsserted(() -> assertThat(api.get("/v1/listeners").json().get(0).path("requests").asLong()).isEqualTo(1));
    }

    @Test
    void anAppliedTextIsInForceAndKeptAsItWasWritten() {
        String text = "# by hand\n" + DaemonScene.configuration(first);
        var applied = api.putYaml("/v1/config", text);

        assertThat(applied.status()).isEqualTo(200);
        assertThat(applied.revision()).isEqualTo(2);
        assertThat(applied.field("etag")).isEqualTo("\"2\"");
        assertThat(api.get("/v1/config", "Accept: application/yaml").body()).isEqualTo(text);
        assertThat(api.get("/v1/backends").json()).hasSize(1);
        assertThat(api.get("/v1/config").json().path("configuration").path("pools").path("shop").path("backends")).hasSize(1);
    }

    @Test
    void anApplyThatShiftsTheLastZoneIsRefusedAsAShiftIs() {
        standInTwoZones();
        String text = api.get("/v1/config", "Accept: application/yaml").body();
        assertThat(api.send("PUT", "/v1/zones/zone-a/shifted", "").status()).isEqualTo(200);
        String both = api.get("/v1/config", "Accept: application/yaml").body().replace("zone-b: {}", "zone-b: {shifted: true}");

        var refused = api.putYaml("/v1/config", both);

        assertThat(both).contains("zone-b: {shifted: true}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().path("detail").asString()).startsWith("zone 'zone-b' is the last that can carry pool 'shop'");
        assertThat(api.putYaml("/v1/config", text).status()).isEqualTo(200);
    }

    @Test
    void aTemplateOfAHealthCheckIsMadeNamedChangedAndRemoved() {
        String web = "/v1/checks/web";
        assertThat(api.put(web, "{\"type\": \"http\", \"path\": \"/healthz\", \"interval\": \"1s\"}").status()).isEqualTo(201);
        assertThat(api.patch("/v1/pools/shop", "{\"healthCheck\": \"web\"}").status()).isEqualTo(200);
        assertThat(api.patch(web, "{\"interval\": \"2s\"}").status()).isEqualTo(200);

        assertThat(api.get("/v1/checks").json().get(0).path("pools").get(0).asString()).isEqualTo("shop");
        assertThat(api.get(web).json().path("interval").asString()).isEqualTo("2s");
        assertThat(api.patch(web, "{\"interval\": \"1h\"}").status()).isEqualTo(422);
        assertThat(api.delete(web).json().path("detail").asString())
            .isEqualTo("health check 'web' is in use by pool shop; change that first");
        assertThat(api.patch("/v1/pools/shop", "{\"healthCheck\": \"none\"}").status()).isEqualTo(200);
        assertThat(api.delete(web).status()).isEqualTo(200);
        assertThat(api.get(web).status()).isEqualTo(404);
    }

    @Test
    void backendsAreListedByWhetherTheyAreUp() {
        await().untilAsserted(() -> assertThat(api.get("/v1/backends?state=up").json()).hasSize(2));
        second.close();
        await().untilAsserted(() -> assertThat(api.get("/v1/backends?state=down").json()).hasSize(1));

        JsonNode down = api.get("/v1/backends?state=unhealthy,ejected").json().get(0);
        assertThat(down.path("name").asString()).isEqualTo("i-02");
        await().untilAsserted(() -> assertThat(lastProbe("i-02").path("inARow").asLong()).isGreaterThan(1));
        assertThat(lastProbe("i-02").path("ok").asBoolean()).isFalse();
        assertThat(api.get("/?state=down").body()).contains("i-02").doesNotContain("i-01");
        assertThat(api.get("/?state=down&format=csv").body().lines()).satisfiesExactly(
                line -> assertThat(line)
                    .isEqualTo("pool,backend,address,zone,weight,effectiveWeight,state,cause,since,rise,fall,connections"),
                line -> assertThat(line).matches("shop,i-02,127\\.0\\.0\\.1:[0-9]+,.*,unhealthy,.*Z,0,[1-9][0-9]*,0"));
        assertThat(api.get("/?state=up&format=json").json().get(0).path("name").asString()).isEqualTo("i-01");
        assertThat(api.get("/?format=xml").status()).isEqualTo(400);
        assertThat(api.get("/v1/backends?state=sick").json().path("detail").asString())
            .startsWith("parameter state is 'sick', want up, down, or checking, healthy,");
    }

    private JsonNode lastProbe(String backend) {
        return api.get("/v1/pools/shop/backends/" + backend).json().path("status").path("lastProbe");
    }

    @Test
    void anApplyOfTheSameTextMakesNoRevision() {
        String text = api.get("/v1/config", "Accept: application/yaml").body();
        assertThat(api.putYaml("/v1/config", text).revision()).isEqualTo(1);
    }

    @Test
    void allMistakesAreToldWithTheirPlacesAndNothingIsChanged() {
        var refused = api.putYaml("/v1/config", """
                version: 1
                pools:
                  shop:
                    algorithm: fastest
                    backends:
                      i-01: {address: "127.0.0.1:80", weight: 400}
                listeners:
                  web: {protocol: http, bind: "127.0.0.1:0", pool: shpo, colour: red}
                """, "X-Weir-File: mine.yaml");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.field("content-type")).isEqualTo("application/problem+json");
        assertThat(StreamSupport.stream(refused.json().path("errors").spliterator(), false).map(e -> e.path("field").asString()))
            .contains("pools.shop.algorithm", "pools.shop.backends.i-01.weight", "listeners.web.pool", "listeners.web.colour");
        JsonNode weight = StreamSupport.stream(refused.json().path("errors").spliterator(), false)
            .filter(e -> e.path("field").asString().endsWith("weight"))
            .findFirst()
            .orElseThrow();
        assertThat(weight.path("message").asString()).isEqualTo("mine.yaml:6:47: pools.shop.backends.i-01.weight: 400, want 0..100");
        assertThat(api.get("/v1/config").revision()).isEqualTo(1);
        assertThat(api.get("/v1/revisions").json()).hasSize(1);
    }

    @Test
    void aDryRunSaysWhatWouldChangeAndChangesNothing() {
        var planned = api.patch(BACKEND + "?dryRun=true", "{\"weight\": 50}");

        assertThat(planned.status()).isEqualTo(200);
        assertThat(planned.json().path("dryRun").asBoolean()).isTrue();
        assertThat(planned.revision()).isEqualTo(1);
        assertThat(planned.json().path("changes").get(0).asString()).startsWith("pools.shop.backends.i-01.weight").endsWith("50");
        assertThat(api.get(BACKEND).json().has("weight")).isFalse();
    }

    @Test
    void anEditForAnOlderRevisionIsRefused() {
        assertThat(api.patch(BACKEND, "{\"weight\": 50}", "If-Match: \"1\"").status()).isEqualTo(200);
        var late = api.patch(BACKEND, "{\"weight\": 60}", "If-Match: \"1\"");

        assertThat(late.status()).isEqualTo(412);
        assertThat(api.get(BACKEND).json().path("weight").asInt()).isEqualTo(50);
        assertThat(api.get(BACKEND).field("etag")).isEqualTo("\"2\"");
    }

    @Test
    void aRollbackIsANewRevisionWithTheOldContent() {
        String original = api.get("/v1/config", "Accept: application/yaml").body();
        assertThat(api.patch(BACKEND, "{\"weight\": 50}").revision()).isEqualTo(2);
        assertThat(api.post("/v1/revisions/1/rollback").revision()).isEqualTo(3);

        assertThat(api.get("/v1/config", "Accept: application/yaml").body()).isEqualTo(original);
        JsonNode revisions = api.get("/v1/revisions").json();
        assertThat(revisions.get(0).path("summary").asString()).isEqualTo("roll back to revision 1");
        assertThat(revisions.get(0).path("current").asBoolean()).isTrue();
        assertThat(api.get("/v1/revisions/2", "Accept: application/yaml").body()).contains("weight: 50");
        assertThat(api.get("/v1/revisions/9").status()).isEqualTo(404);
    }

    @Test
    void resourcesAreCreatedReplacedAndRemoved() {
        String pool = "{\"backends\": {\"c-01\": {\"address\": \"127.0.0.1:%d\"}}}".formatted(second.port());
        assertThat(api.put("/v1/pools/canary", pool, "If-None-Match: *").status()).isEqualTo(201);
        assertThat(api.put("/v1/pools/canary", pool, "If-None-Match: *").status()).isEqualTo(409);
        assertThat(api.put("/v1/pools/canary", pool).status()).isEqualTo(200);
        assertThat(api.put("/v1/listeners/door", "{\"protocol\": \"tcp\", \"bind\": \"127.0.0.1:0\", \"pool\": \"canary\"}").status())
            .isEqualTo(201);
        assertThat(DaemonScene.fetch(port("door"))).isEqualTo("200 i-02");

        assertThat(api.delete("/v1/pools/canary").status()).isEqualTo(409);
        assertThat(api.delete("/v1/listeners/door").status()).isEqualTo(200);
        assertThat(api.delete("/v1/pools/canary").status()).isEqualTo(200);
        assertThat(api.delete("/v1/pools/canary").status()).isEqualTo(404);
        assertThat(api.get("/v1/listeners/door").status()).isEqualTo(404);
    }

    @Test
    void aDrainedBackendTakesNoNewConnection() {
        assertThat(api.patch(BACKEND, "{\"adminState\": \"drain\"}").status()).isEqualTo(200);

        for (int i = 0; i < 4; i++) {
            assertThat(DaemonScene.fetch(port("web"))).isEqualTo("200 i-02");
        }
        await().untilAsserted(() -> assertThat(api.get(BACKEND).json().path("status").path("state").asString()).isEqualTo("drained"));
    }

    @Test
    void aShiftedZoneTakesNoNewTrafficAndStaysShiftedAfterARestart() throws StartRefused {
        standInTwoZones();
        var shifted = api.put("/v1/zones/zone-a/shifted", "");

        assertThat(shifted.status()).as(shifted.body()).isEqualTo(200);
        assertThat(api.get("/v1/revisions").json().get(0).path("summary").asString()).isEqualTo("shift zone zone-a");
        assertThat(fourAnswers()).containsOnly("200 i-02");
        JsonNode zone = api.get("/v1/zones").json().get(0);
        assertThat(zone.path("name").asString()).isEqualTo("zone-a");
        assertThat(zone.path("shifted").asBoolean()).isTrue();
        assertThat(zone.path("usable").asInt()).isZero();
        assertThat(zone.path("pools").get(0).path("share").asDouble()).isZero();

        daemon.close();
        daemon = WeirDaemon.start(scene.options());
        assertThat(api.get("/v1/config").revision()).isEqualTo(shifted.revision());
        assertThat(fourAnswers()).containsOnly("200 i-02");

        assertThat(api.delete("/v1/zones/zone-a/shifted").revision()).isEqualTo(shifted.revision() + 1);
        await().untilAsserted(() -> assertThat(fourAnswers()).contains("200 i-01", "200 i-02"));
    }

    @Test
    void theLastZoneThatCanCarryAPoolIsNotShifted() {
        standInTwoZones();
        long revision = api.put("/v1/zones/zone-a/shifted", "").revision();
        var refused = api.put("/v1/zones/zone-b/shifted", "");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().path("detail").asString()).isEqualTo(
                "zone 'zone-b' is the last that can carry pool 'shop'; bring another back first: weir zone unshift ZONE");
        assertThat(api.put("/v1/zones/zone-b/shifted?dryRun=true", "").status()).isEqualTo(409);
        assertThat(api.get("/v1/config").revision()).isEqualTo(revision);
        assertThat(api.put("/v1/zones/zone-a/shifted", "").revision()).isEqualTo(revision);
        assertThat(api.put("/v1/zones/zone-x/shifted", "").status()).isEqualTo(404);
    }

    @Test
    void aZoneIsNotShiftedWhileNobodyElsewhereIsHealthy() {
        standInTwoZones();
        second.close();
        await().untilAsserted(() -> assertThat(api.get("/v1/pools/shop/backends/i-02").json().path("status").path("state").asString())
            .isEqualTo("unhealthy"));

        assertThat(api.put("/v1/zones/zone-a/shifted", "").status()).isEqualTo(409);
        assertThat(api.put("/v1/zones/zone-b/shifted", "").status()).isEqualTo(200);
    }

    @Test
    void aSimulationSaysWhoWouldCarryTheTrafficOfAZoneThatIsDown() {
        standInTwoZones();
        JsonNode pool = api.get("/v1/zones/zone-a/simulate").json().get(0);
        JsonNode gone = pool.path("backends").get(0);
        JsonNode left = pool.path("backends").get(1);

        assertThat(gone.path("shareBefore").asDouble()).isEqualTo(50);
        assertThat(gone.path("shareAfter").asDouble()).isZero();
        assertThat(left.path("shareAfter").asDouble()).isEqualTo(100);
        assertThat(left.path("overload").asString()).isEqualTo("200% of its fair share, above 140%");
        assertThat(fourAnswers()).contains("200 i-01");
    }

    @Test
    void aSimulationMovesAPoolToItsBackupZones() {
        standInTwoZones();
        api.patch("/v1/pools/shop", "{\"zones\": {\"primary\": [\"zone-a\"], \"backup\": [\"zone-b\"]}}");
        JsonNode pool = api.get("/v1/zones/zone-a/simulate").json().get(0);

        assertThat(pool.path("tierBefore").asString()).isEqualTo("primary");
        assertThat(pool.path("tierAfter").asString()).isEqualTo("backup");
        assertThat(pool.path("backends").get(1).path("shareAfter").asDouble()).isEqualTo(100);
        assertThat(pool.path("backends").get(1).path("overload").isNull()).isTrue();
        assertThat(api.get("/v1/zones/zone-x/simulate").status()).isEqualTo(404);
    }

    @Test
    void aSimulationOfALostQuorumSaysSorry() {
        standInTwoZones();
        assertThat(api.patch("/v1/pools/shop", "{\"quorum\": {\"minimumWeight\": 150}, \"sorry\": {\"status\": 503}}").status())
            .isEqualTo(200);
        JsonNode pool = api.get("/v1/zones/zone-b/simulate").json().get(0);

        assertThat(pool.path("mode").asString()).isEqualTo("sorry");
        assertThat(pool.path("backends").get(0).path("shareAfter").asDouble()).isZero();
    }

    @Test
    void aPinHoldsTrafficInTheBackupZonesUntilItIsTakenAway() {
        standInTwoZones();
        api.patch("/v1/pools/shop",
                "{\"zones\": {\"primary\": [\"zone-a\"], \"backup\": [\"zone-b\"]}, \"failover\": {\"holdDown\": \"0s\"}}");
        assertThat(fourAnswers()).containsOnly("200 i-01");

        assertThat(api.patch("/v1/pools/shop", "{\"failover\": {\"pin\": \"backup\"}}").status()).isEqualTo(200);
        assertThat(fourAnswers()).containsOnly("200 i-02");
        assertThat(api.patch("/v1/pools/shop", "{\"failover\": {\"pin\": null}}").status()).isEqualTo(200);
        await().untilAsserted(() -> assertThat(fourAnswers()).containsOnly("200 i-01"));
        assertThat(api.get("/v1/pools/shop").json().at("/failover/pin").isMissingNode()).isTrue();
    }

    @Test
    void routesKeepTheirOrder() {
        String route = "{\"match\": {\"path\": {\"prefix\": \"/%s\"}}, \"forward\": [{\"pool\": \"shop\"}]}";
        assertThat(api.put("/v1/listeners/web/routes/a", route.formatted("a")).status()).isEqualTo(200);
        assertThat(api.put("/v1/listeners/web/routes/b?before=a", route.formatted("b")).status()).isEqualTo(200);
        assertThat(api.put("/v1/listeners/web/routes/a", route.formatted("b/a")).status()).isEqualTo(200);

        JsonNode routes = api.get("/v1/listeners/web/routes").json();
        assertThat(routes.get(0).path("name").asString()).isEqualTo("b");
        assertThat(routes.get(1).path("name").asString()).isEqualTo("a");
        assertThat(api.get("/v1/listeners/web/routes/test?host=x&path=/b/a").json().path("route").asString()).isEqualTo("b");
        assertThat(api.delete("/v1/listeners/web/routes/b").status()).isEqualTo(200);
        assertThat(api.get("/v1/listeners/web/routes/test?host=x&path=/b/a").json().path("route").asString()).isEqualTo("a");
        assertThat(api.get("/v1/listeners/web/routes/test?host=x&path=/").json().path("pool").asString()).isEqualTo("shop");
        assertThat(api.put("/v1/listeners/web/routes/c?before=gone", route.formatted("c")).status()).isEqualTo(404);
    }

    @Test
    void aRequestThatIsNoneIsRefusedWithTheReason() {
        assertThat(api.get("/v1/nothing").status()).isEqualTo(404);
        assertThat(api.delete("/v1/config").status()).isEqualTo(405);
        assertThat(api.delete("/v1/config").field("allow")).isEqualTo("GET, PUT");
        assertThat(api.send("PUT", "/v1/config", "version: 1", "Content-Type: text/csv").status()).isEqualTo(415);
        assertThat(api.patch(BACKEND, "[1]").status()).isEqualTo(400);
        assertThat(api.patch(BACKEND + "?dryrun=true", "{\"weight\": 1}").json().path("detail").asString())
            .isEqualTo("parameter 'dryrun' is unknown, want dryRun, force");
        assertThat(api.get(BACKEND).json().has("weight")).isFalse();
        assertThat(api.get("/v1/pools/shop%2").status()).isEqualTo(400);
        assertThat(api.patch("/v1/pools/none/backends/i-01", "{}").json().path("detail").asString()).isEqualTo("there is no pool 'none'");
    }

    @Test
    void aLargeConfigurationComesInManyPieces() {
        String text = DaemonScene.configuration(first) + "# " + "x".repeat(1 << 20);
        assertThat(api.putYaml("/v1/config", text).revision()).isEqualTo(2);
        assertThat(api.get("/v1/config", "Accept: application/yaml").body()).hasSize(text.length());
    }

    @Test
    void requestsThatComeTogetherAreAnsweredInTheirOrder() throws IOException {
        String two = "GET /v1/version HTTP/1.1\r\nHost: localhost\r\n\r\nGET /v1/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        try (var channel = SocketChannel.open(api.address())) {
            channel.write(ByteBuffer.wrap(two.getBytes(StandardCharsets.US_ASCII)));
            String answers = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answers).startsWith("HTTP/1.1 200 ").containsSubsequence("HTTP/1.1 200 ", "HTTP/1.1 404 ");
        }
    }

    @Test
    void aBodyOverTheLimitIsRefused() {
        var large = api.putYaml("/v1/config", "#".repeat(17 << 20));
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.json().path("detail").asString()).isEqualTo("the body is larger than 16 MiB");
    }

    @Test
    void theTcpAddressServesOnlyWhatNeedsNoRights() {
        var open = new ApiClient(daemon.adminHttp().orElseThrow());

        assertThat(open.get("/healthz").body()).isEqualTo("ok\n");
        assertThat(open.get("/").body()).contains("<h2>Backends</h2>", "i-01", "i-02");
        assertThat(open.get("/v1/version").json().path("java").asString()).isEqualTo(System.getProperty("java.version"));
        assertThat(open.get("/v1/config").status()).isEqualTo(404);
        assertThat(open.putYaml("/v1/config", "version: 1").status()).isEqualTo(404);
    }

    @Test
    void aBackendShowsItsLastProbeAndAWordForItsCause() {
        await().untilAsserted(() -> {
            JsonNode status = api.get(BACKEND).json().path("status");
            assertThat(status.path("causeCode").asString()).isEqualTo("check-passed");
            assertThat(status.path("lastProbe").path("ok").asBoolean()).isTrue();
            assertThat(status.path("lastProbe").path("detail").asString()).isEqualTo("passed");
            assertThat(status.path("lastProbe").path("latencyMillis").asDouble()).isPositive();
        });
    }

    @Test
    void metricsFollowTheConfiguration() {
        var open = new ApiClient(daemon.adminHttp().orElseThrow());
        DaemonScene.fetch(port("web"));

        await().untilAsserted(() -> assertThat(open.get("/metrics").body()).contains("weir_listener_requests_total{listener=\"web\"} 1.0",
                "weir_requests_total{code_class=\"2xx\",listener=\"web\"} 1.0",
                "weir_backend_state{backend=\"i-01\",pool=\"shop\",state=\"healthy\"} 1.0", "weir_configuration_revision 1.0",
                "weir_dropped_total{queue=\"evidence\"} 0.0", "weir_probes_total{result=\"passed\",type=", "weir_probes_waited_total 0.0",
                "weir_probe_late_seconds_bucket{le=\"0.001\"}", "jvm_memory_used_bytes"));
        api.delete(BACKEND);
        assertThat(open.get("/metrics").body()).doesNotContain("i-01").contains("weir_configuration_revision 2.0");
    }

    @Test
    void everyOperationOfTheDocumentExists() {
        standInTwoZones();
        TestAuthority.Issued mail = new TestAuthority(scene.folder()).issue("mail", "mail.example");
        String files = "{\"certificate\": \"%s\", \"key\": \"%s\"}".formatted(mail.certificate(), mail.key());
        assertThat(api.put("/v1/certificates/mail", files).status()).isEqualTo(201);
        JsonNode paths = api.get("/v1/openapi.json").json().path("paths");
        assertThat(paths.size()).isGreaterThan(15);
        paths.properties().forEach(path -> path.getValue().properties().forEach(operation -> {
            String concrete = path.getKey()
                .replace("{listener}", "web")
                .replace("{pool}", "shop")
                .replace("{backend}", "i-01")
                .replace("{route}", "r")
                .replace("{zone}", "zone-a")
                .replace("{list}", "office")
                .replace("{check}", "plain")
                .replace("{certificate}", "mail")
                .replace("{revision}", "1");
            boolean changes = operation.getValue().toString().contains("dryRun");
            var answer = api.send(operation.getKey().toUpperCase(java.util.Locale.ROOT), concrete + (changes ? "?dryRun=true" : ""), "{}",
                    "Content-Type: application/json");
            boolean absent = operation.getKey().equals("delete")
                    && (concrete.endsWith("/routes/r") || concrete.endsWith("/registrations/i-01"));
            assertThat(answer.status()).as("%s %s: %s", operation.getKey(), concrete, answer.body())
                .isNotIn(absent ? 405 : 404, 405, 500);
        }));
    }

    /** {@code i-01} in {@code zone-a}, {@code i-02} in {@code zone-b}, both usable. */
    private void standInTwoZones() {
        assertThat(api.putYaml("/v1/config", DaemonScene.configuration(first, second) + "zones: {zone-a: {}, zone-b: {}}\n"
                + "healthChecks: {plain: {type: tcp}}\n"
                + "accessLists: {office: {mode: deny, entries: [10.0.0.0/8]}}\n")
            .status())
            .isEqualTo(200);
        assertThat(api.patch(BACKEND, "{\"zone\": \"zone-a\"}").status()).isEqualTo(200);
        assertThat(api.patch("/v1/pools/shop/backends/i-02", "{\"zone\": \"zone-b\"}").status()).isEqualTo(200);
        for (String backend : List.of(BACKEND, "/v1/pools/shop/backends/i-02")) {
            await().untilAsserted(() -> assertThat(api.get(backend).json().path("status").path("state").asString()).isEqualTo("healthy"));
        }
    }

    private List<String> fourAnswers() {
        return Stream.generate(() -> DaemonScene.fetch(port("web"))).limit(4).toList();
    }

    private int port(String listener) {
        return daemon.address(listener).orElseThrow().getPort();
    }
}
