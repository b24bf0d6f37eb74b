package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.cli.WeirProcess;
import io.weir.cli.output.Json;
import io.weir.testkit.ManagedProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The demonstration, through its processes and sockets. */
class DemoIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void jsonIsTheOnlyLineOnStandardOutputAndAfterItsTimeEverythingIsGone() throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        try (var demo = ManagedProcess.start("sh", "-c",
                String.join(" ", WeirProcess.daemonCommand("demo", "--json", "--for", "1s")) + " >" + out + " 2>" + err)) {
            assertThat(demo.awaitExit(LIMIT)).as(() -> read(err)).isZero();
        }

        List<String> lines = Files.readAllLines(out);
        assertThat(lines).hasSize(1);
        JsonNode report = Json.parse(lines.getFirst());
        assertThat(report.propertyNames()).containsExactly("http", "tcp", "dashboard", "socket", "pool", "backends");
        assertThat(report.path("pool").asString()).isEqualTo("shop");
        JsonNode backends = report.path("backends");
        assertThat(backends.size()).isEqualTo(8);
        assertThat(backends.get(0).propertyNames()).containsExactly("name", "pool", "zone", "address", "pid");
        assertThat(pids(backends)).hasSize(4).noneMatch(DemoIT::alive);
        assertThat(Path.of(report.path("socket").asString()).getParent()).doesNotExist();
    }

    @Test
    void trafficWalksBothWaysAndAKilledBackendComesBack() throws Exception {
        try (var demo = WeirProcess.daemon("demo", "--json")) {
            JsonNode report = report(demo);
            String web = "http://" + report.path("http").asString() + "/";

            Set<String> names = new HashSet<>();
            for (int i = 0; i < 16; i++) {
                names.add(backendOf(web));
            }
            assertThat(names).containsExactlyInAnyOrder("a-1", "a-2", "b-1", "b-2");
            assertThat(backendOf(web + "failover")).startsWith("a-");
            assertThat(get("http://" + report.path("tcp").asString() + "/").body()).contains("X-Forwarded-For: 127.0.0.1\n");
            assertThat(get(report.path("dashboard").asString() + "/healthz").statusCode()).isEqualTo(200);

            ProcessHandle.of(report.path("backends").get(0).path("pid").asLong()).orElseThrow().destroyForcibly();
            String told = demo.awaitLine(line -> line.contains("is gone; bring it back: "), LIMIT);
            for (int i = 0; i < 8; i++) {
                assertThat(backendOf(web)).isNotEqualTo("a-1");
            }

            String[] words = told.substring(told.indexOf("demo-backend")).split(" ", -1);
            try (ManagedProcess _ = WeirProcess.start(List.of(), java.util.Map.of(), words)) {
                await().atMost(LIMIT).until(() -> backendOf(web).equals("a-1"));
            }
        }
    }

    @Test
    void interruptingItEndsItsBackendsAndRemovesItsFiles() throws Exception {
        try (var demo = WeirProcess.daemon("demo", "--json")) {
            JsonNode report = report(demo);

            demo.signal("TERM");

            demo.awaitExit(LIMIT);
            assertThat(pids(report.path("backends"))).noneMatch(DemoIT::alive);
            assertThat(Path.of(report.path("socket").asString()).getParent()).doesNotExist();
        }
    }

    @Test
    void killingItEndsItsBackends() throws Exception {
        try (var demo = WeirProcess.daemon("demo", "--json")) {
            JsonNode report = report(demo);

            demo.kill();

            await().atMost(LIMIT).until(() -> pids(report.path("backends")).stream().noneMatch(DemoIT::alive));
        }
    }

    private static JsonNode report(ManagedProcess demo) throws InterruptedException {
        return Json.parse(demo.awaitLine(line -> line.startsWith("{\"http\""), LIMIT));
    }

    private String backendOf(String url) throws IOException, InterruptedException {
        return get(url).headers().firstValue("X-Backend").orElse("none");
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static Set<Long> pids(JsonNode backends) {
        var pids = new HashSet<Long>();
        backends.forEach(backend -> pids.add(backend.path("pid").asLong()));
        return pids;
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
