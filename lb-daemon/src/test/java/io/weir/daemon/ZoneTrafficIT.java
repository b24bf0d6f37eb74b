package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.HttpAnswer;
import io.weir.testkit.RecordingBackend;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests of a node in {@code zone-a}: to its own zone first (NLB-14, ASM-10), and to everybody in panic. */
class ZoneTrafficIT {
    private final RecordingBackend first = RecordingBackend.http("a1");
    private final RecordingBackend second = RecordingBackend.http("a2");
    private final RecordingBackend other = RecordingBackend.http("b1");
    private DaemonScene scene = new DaemonScene(Path.of(""));

    @BeforeEach
    void inA(@TempDir Path folder) {
        scene = DaemonScene.in(folder);
        scene.write("node.yaml", """
                name: test-node
                zone: zone-a
                workers: 1
                admin: {socket: %s}
                state: %s
                """.formatted(scene.socket(), scene.state()));
    }

    @AfterEach
    void stop() {
        List.of(first, second, other).forEach(RecordingBackend::close);
    }

    @Test
    void theOwnZoneTakesEverythingUntilItIsTooMuchForItAndThenTheRestSpills() throws StartRefused {
        try (var daemon = start("locality: prefer-local", DaemonScene.CHECK)) {
            assertThat(answers(daemon, 60).keySet()).containsExactlyInAnyOrder("200 a1", "200 a2");

            second.close();
            await().untilAsserted(() -> assertThat(up()).isEqualTo(2));
            // half of the zone is left and may carry 140% of its part: 70% of the pool's requests
            assertThat(answers(daemon, 400).getOrDefault("200 b1", 0)).isBetween(70, 170);
        }
    }

    @Test
    void whereZonesAreAlikeEverybodyTakesAPart() throws StartRefused {
        try (var daemon = start("locality: any", DaemonScene.CHECK)) {
            assertThat(answers(daemon, 60)).isEqualTo(Map.of("200 a1", 20, "200 a2", 20, "200 b1", 20));
        }
    }

    @Test
    void inPanicHealthIsIgnoredUntilEnoughAreHealthyAgain() throws StartRefused {
        var secondIsWell = new AtomicBoolean();
        second.answer(request -> HttpAnswer.of(request.target().equals("/healthz") && !secondIsWell.get() ? 500 : 200, "a2"));
        other.answer(request -> HttpAnswer.of(request.target().equals("/healthz") ? 500 : 200, "b1"));
        String check = "{type: http, path: /healthz, interval: 100ms, timeout: 500ms, healthy: 1, unhealthy: 1}";
        try (var daemon = start("panic: 60%", check, 1)) {
            assertThat(mode()).isEqualTo("panic");
            assertThat(answers(daemon, 60)).isEqualTo(Map.of("200 a1", 20, "200 a2", 20, "200 b1", 20));

            secondIsWell.set(true);
            await().untilAsserted(() -> assertThat(mode()).isEqualTo("normal"));
            assertThat(answers(daemon, 60)).isEqualTo(Map.of("200 a1", 30, "200 a2", 30));
        }
    }

    private WeirDaemon start(String setting, String check) throws StartRefused {
        return start(setting, check, 3);
    }

    private WeirDaemon start(String setting, String check, int up) throws StartRefused {
        String text = """
                version: 1
                zones: {zone-a: {}, zone-b: {}}
                pools:
                  shop:
                    healthCheck: %s
                    outlierDetection: none
                    %s
                    backends:
                      a1: {address: "127.0.0.1:%d", zone: zone-a}
                      a2: {address: "127.0.0.1:%d", zone: zone-a}
                      b1: {address: "127.0.0.1:%d", zone: zone-b}
                listeners: {web: {protocol: http, bind: "127.0.0.1:0", pool: shop}}
                """.formatted(check, setting, first.port(), second.port(), other.port());
        WeirDaemon daemon = WeirDaemon.start(scene.options(scene.write("weir.yaml", text), false));
        await().untilAsserted(() -> {
            assertThat(scene.api().get("/v1/backends?state=checking").json()).isEmpty();
            assertThat(up()).isEqualTo(up);
        });
        return daemon;
    }

    private int up() {
        return scene.api().get("/v1/backends?state=up").json().size();
    }

    private String mode() {
        return scene.api().get("/v1/pools").json().get(0).path("mode").asString();
    }

    /** How often each answer came. */
    private static Map<String, Integer> answers(WeirDaemon daemon, int requests) {
        int port = daemon.address("web").orElseThrow().getPort();
        Map<String, Integer> countByAnswer = new TreeMap<>();
        try (var client = HttpClient.newHttpClient()) {
            for (int i = 0; i < requests; i++) {
                countByAnswer.merge(DaemonScene.fetch(client, port), 1, Integer::sum);
            }
        }
        return countByAnswer;
    }
}
