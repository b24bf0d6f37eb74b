package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What {@code /v1/explain} says beside what traffic does. */
class ExplainIT {
    private final List<RecordingBackend> backends = IntStream.range(0, 4).mapToObj(i -> RecordingBackend.echo("i-0" + i)).toList();

    @AfterEach
    void stop() {
        backends.forEach(RecordingBackend::close);
    }

    @Test
    void connectionsGoWhereItSaysThatTheirHashLeads(@TempDir Path folder) throws StartRefused, IOException {
        DaemonScene scene = DaemonScene.in(folder);
        String text = DaemonScene.configuration(backends.toArray(RecordingBackend[]::new))
            .replace("    backends:\n", "    algorithm: maglev\n    hashKey: tuple\n    backends:\n")
            .replace("healthCheck: " + DaemonScene.CHECK, "healthCheck: none");
        try (var daemon = WeirDaemon.start(scene.options(scene.write("weir.yaml", text), false))) {
            InetSocketAddress edge = daemon.address("edge").orElseThrow();
            for (int i = 0; i < 20; i++) {
                try (var client = new Socket(edge.getAddress(), edge.getPort())) {
                    JsonNode explained = scene.api().get("/v1/explain/edge?client=127.0.0.1:" + client.getLocalPort()).json();
                    String picked = explained.path("pick").path("backend").asString();
                    RecordingBackend backend = backends.stream().filter(b -> b.name().equals(picked)).findFirst().orElseThrow();
                    await().untilAsserted(() -> assertThat(backend.open()).isEqualTo(1));
                }
                await().untilAsserted(() -> assertThat(backends).allSatisfy(backend -> assertThat(backend.open()).isZero()));
            }
        }
    }

    @Test
    void whatCannotBeAnsweredIsRefusedWithTheReason(@TempDir Path folder) throws StartRefused {
        DaemonScene scene = DaemonScene.in(folder);
        Path file = scene.write("weir.yaml", DaemonScene.configuration(backends.toArray(RecordingBackend[]::new)));
        try (var _ = WeirDaemon.start(scene.options(file, false))) {
            ApiClient api = scene.api();

            assertThat(api.get("/v1/explain/nowhere?client=10.0.0.1").status()).isEqualTo(404);
            assertThat(detail(api, "/v1/explain/web")).isEqualTo("400 parameter client is missing, want IP or IP:PORT");
            assertThat(detail(api, "/v1/explain/web?client=shop"))
                .isEqualTo("400 parameter client is 'shop', want IP, IP:PORT or [IPV6]:PORT");
            assertThat(detail(api, "/v1/explain/edge?client=::1&path=/"))
                .isEqualTo("409 listener 'edge' is tcp and sees no requests; leave host, path and header out");
            assertThat(detail(api, "/v1/explain/web?client=[::1]:80&header=x-beta:%201"))
                .isEqualTo("400 header 'x-beta: 1' decides nothing: routes go by host and path");
            assertThat(api.get("/v1/explain/web?client=10.0.0.1&header=host:%20a").status()).isEqualTo(200);
        }
    }

    private static String detail(ApiClient api, String path) {
        var answer = api.get(path);
        return answer.status() + " " + answer.json().path("detail").asString();
    }
}
