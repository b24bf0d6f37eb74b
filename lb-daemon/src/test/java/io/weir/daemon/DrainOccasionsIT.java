package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Open connections when their backend takes no new ones: cut after the pool's time on the occasions that it lists, left alone on others (CLB-31, NLB-06). Two pools
 * have the same backend and meet the same occasion; one lists it and the other lists all others.
 */
class DrainOccasionsIT {
    private static final Duration TIME = Duration.ofSeconds(1);

    private final RecordingBackend backend = RecordingBackend.echo("i-01");
    private final RecordingBackend checked = RecordingBackend.echo("checked");
    private DaemonScene scene = new DaemonScene(Path.of(""));

    @BeforeEach
    void inA(@TempDir Path folder) {
        scene = DaemonScene.in(folder);
    }

    @AfterEach
    void stop() {
        backend.close();
        checked.close();
    }

    enum Occasion {
        REMOVAL, FAILED_CHECK, WEIGHT_ZERO;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionsAreCutOnTheOccasionsThatThePoolListsAndOnNoOther(Occasion occasion) throws StartRefused, IOException {
        String others = Arrays.stream(Occasion.values())
            .filter(other -> other != occasion)
            .map(Occasion::word)
            .collect(Collectors.joining(", "));
        String text = "version: 1\npools:\n" + pool("listed", occasion.word()) + pool("unlisted", others) + """
                listeners:
                  listed: {protocol: tcp, bind: "127.0.0.1:0", pool: listed}
                  unlisted: {protocol: tcp, bind: "127.0.0.1:0", pool: unlisted}
                """;
        try (var daemon = WeirDaemon.start(scene.options(scene.write("weir.yaml", text), false))) {
            await().untilAsserted(() -> assertThat(scene.api().get("/v1/backends?state=up").json()).hasSize(2));
            try (Socket cut = connect(daemon, "listed"); Socket left = connect(daemon, "unlisted")) {
                long begunNanos = System.nanoTime();
                happens(occasion);
                echo(cut);

                assertThat(ended(cut)).isTrue();
                assertThat(Duration.ofNanos(System.nanoTime() - begunNanos)).isBetween(TIME, TIME.multipliedBy(10));
                echo(left);
            }
        }
    }

    private String pool(String name, String occasions) {
        return "  " + name + ":\n    healthCheck: {type: tcp, port: " + checked.port()
                + ", interval: 100ms, timeout: 500ms, healthy: 1, unhealthy: 1}\n    drain: {timeout: " + TIME.toSeconds() + "s, on: ["
                + occasions
                + "]}\n    backends: {i-01: {address: \"127.0.0.1:" + backend.port() + "\"}}\n";
    }

    private void happens(Occasion occasion) {
        switch (occasion) {
            case REMOVAL -> everywhere(path -> scene.api().delete(path).status());
            case WEIGHT_ZERO -> everywhere(path -> scene.api().patch(path, "{\"weight\": 0}").status());
            case FAILED_CHECK -> {
                checked.close();
                await().untilAsserted(() -> assertThat(scene.api().get("/v1/backends?state=unhealthy").json()).hasSize(2));
            }
        }
    }

    private static void everywhere(java.util.function.ToIntFunction<String> change) {
        for (String pool : new String[] {"unlisted", "listed"}) {
            assertThat(change.applyAsInt("/v1/pools/" + pool + "/backends/i-01")).isEqualTo(200);
        }
    }

    private static Socket connect(WeirDaemon daemon, String listener) throws IOException {
        InetSocketAddress address = daemon.address(listener).orElseThrow();
        var socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout((int) TIME.multipliedBy(10).toMillis());
        echo(socket);
        return socket;
    }

    /** Waits for the end, which is a reset where bytes are under way. */
    private static boolean ended(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException _) {
            return true;
        }
    }

    private static void echo(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }
}
