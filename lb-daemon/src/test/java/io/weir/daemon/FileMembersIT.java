package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Members from a file, in a daemon in this JVM. */
class FileMembersIT {
    private final RecordingBackend fixed = RecordingBackend.http("fixed");
    private final RecordingBackend first = RecordingBackend.http("first");
    private final RecordingBackend second = RecordingBackend.http("second");
    private DaemonScene scene;
    private Path members;
    private ApiClient api;
    private WeirDaemon daemon;

    @BeforeEach
    void start(@TempDir Path folder) throws StartRefused, IOException {
        scene = DaemonScene.in(folder);
        members = folder.resolve("members.yaml");
        replace("[{name: first, address: \"127.0.0.1:%d\", weight: 50}]".formatted(first.port()));
        Path file = scene.write("weir.yaml", DaemonScene.configuration(fixed)
            .replace("    backends:\n", "    discover: {file: %s, interval: 100ms}\n    backends:\n".formatted(members)));
        daemon = WeirDaemon.start(scene.options(file, false));
        api = scene.api();
    }

    @AfterEach
    void stop() {
        daemon.close();
        List.of(fixed, first, second).forEach(RecordingBackend::close);
    }

    @Test
    void membersOfTheFileCarryTrafficBesideThoseOfTheConfigurationAndStandInNoRevision() {
        awaitHealthy("fixed", "first");

        assertThat(api.get("/v1/backends").json()).extracting(row -> row.path("name").asString() + " " + row.path("source").asString())
            .containsExactlyInAnyOrder("fixed static", "first file");
        assertThat(DaemonScene.fetch(port()) + DaemonScene.fetch(port()) + DaemonScene.fetch(port())).contains("fixed", "first");
        assertThat(api.get("/v1/config", "Accept: application/yaml").body()).doesNotContain("first");
        assertThat(source().path("state").asString()).isEqualTo("ok");
        assertThat(source().path("members").asInt()).isEqualTo(1);
    }

    @Test
    void aFileThatIsReplacedMakesMembersComeAndGo() throws IOException {
        awaitHealthy("fixed", "first");
        replace("- {name: second, address: \"127.0.0.1:%d\"}".formatted(second.port()));
        awaitHealthy("fixed", "second");
        assertThat(api.get("/v1/config").json().path("revision").asLong()).isEqualTo(1);
    }

    @Test
    void aBrokenFileFreezesTheListAndIsToldOnceWithItsPlace() throws IOException {
        awaitHealthy("fixed", "first");
        replace("- {name: second, address: \"127.0.0.1:%d\"}\n- {name: third, address: nowhere}\n".formatted(second.port()));
        await().until(() -> source().path("state").asString().equals("stale"));
        assertThat(source().path("cause").asString())
            .isEqualTo(members + ":2:26: [1].address: nowhere, want IP:PORT or [IPv6]:PORT");
        assertThat(healthy()).containsExactlyInAnyOrder("fixed", "first");

        Files.delete(members);
        await().until(() -> source().path("cause").asString().endsWith("no such file"));
        replace("[]");
        await().until(() -> source().path("cause").asString().endsWith("an empty list, want one backend or more"));
        assertThat(healthy()).containsExactlyInAnyOrder("fixed", "first");
        assertThat(events("source.failed")).isEqualTo(3);

        replace("[\"127.0.0.1:%d\"]".formatted(second.port()));
        awaitHealthy("fixed", "file-127.0.0.1-" + second.port());
        assertThat(source().path("state").asString()).isEqualTo("ok");
    }

    @Test
    void aBackendOfTheConfigurationGoesFirstWhereBothHaveItsAddress() throws IOException {
        awaitHealthy("fixed", "first");
        replace("[\"127.0.0.1:%d\", \"127.0.0.1:%d\"]".formatted(fixed.port(), first.port()));
        awaitHealthy("fixed", "file-127.0.0.1-" + first.port());
        assertThat(source().path("shadowed").asInt()).isEqualTo(1);
        assertThat(events("source.shadowed")).isEqualTo(1);
    }

    @Test
    void aMemberOfTheFileCannotBeEdited() {
        awaitHealthy("fixed", "first");
        var refused = api.patch("/v1/pools/shop/backends/first", "{\"weight\": 1}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().path("detail").asString()).startsWith("backend 'first' comes from the pool's source (file)");
        assertThat(api.get("/v1/pools/shop/backends/first").json().path("status").path("source").asString()).isEqualTo("file");
    }

    private void replace(String text) throws IOException {
        Path next = scene.write("members.tmp", text);
        Files.move(next, members, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private JsonNode source() {
        return api.get("/v1/sources").json().get(0);
    }

    private List<String> healthy() {
        return api.get("/v1/backends")
            .json()
            .valueStream()
            .filter(row -> row.path("state").asString().equals("healthy"))
            .map(row -> row.path("name").asString())
            .toList();
    }

    private void awaitHealthy(String... names) {
        await().untilAsserted(() -> assertThat(healthy()).containsExactlyInAnyOrder(names));
    }

    private long events(String type) {
        return api.get("/v1/events").json().valueStream().filter(event -> event.path("type").asString().equals(type)).count();
    }

    private int port() {
        return daemon.address("web").orElseThrow().getPort();
    }
}
