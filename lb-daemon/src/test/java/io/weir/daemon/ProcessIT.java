package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.HttpAnswer;
import io.weir.testkit.ManagedProcess;
import io.weir.testkit.RecordingBackend;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Daemons in processes of their own: signals, sockets that are left behind, system calls. */
class ProcessIT {
    private static final Duration END = Duration.ofSeconds(30);

    private final RecordingBackend backend = RecordingBackend.http("i-01");
    private DaemonScene scene;
    private Path file;

    @BeforeEach
    void scene(@TempDir Path folder) {
        scene = DaemonScene.in(folder);
        file = scene.write("weir.yaml", DaemonScene.configuration(backend));
    }

    @AfterEach
    void stop() {
        backend.close();
    }

    @Test
    void sigtermLetsARequestEndAndAcceptsNoMore() throws Exception {
        try (ManagedProcess daemon = DaemonProcess.start(scene, Optional.of(file))) {
            int web = port("web");
            backend.answer(_ -> HttpAnswer.ok("late")).delay(Duration.ofSeconds(2));
            try (var client = new Socket(InetAddress.getLoopbackAddress(), web)) {
                client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                await().until(() -> scene.api().get("/v1/pools").json().get(0).path("connections").asInt() == 1);

                daemon.signal("TERM");
                await().until(() -> refuses(web));
                assertThat(scene.api().get("/healthz").status()).isEqualTo(503);
                assertThat(scene.api().patch("/v1/pools/shop/backends/i-01", "{\"weight\": 1}").status()).isEqualTo(503);
                assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 200 ")
                    .endsWith("late");
            }
            assertThat(daemon.awaitExit(END)).isZero();
            assertThat(scene.socket()).doesNotExist();
        }
    }

    @Test
    void sigtermWaitsForTheRequestsOfAListenerThatIsGone() throws Exception {
        try (ManagedProcess daemon = DaemonProcess.start(scene, Optional.of(file))) {
            backend.answer(_ -> HttpAnswer.ok("late")).delay(Duration.ofSeconds(2));
            try (var client = new Socket(InetAddress.getLoopbackAddress(), port("web"))) {
                client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                await().until(() -> scene.api().get("/v1/pools").json().get(0).path("connections").asInt() == 1);

                assertThat(scene.api().delete("/v1/listeners/web").status()).isEqualTo(200);
                daemon.signal("TERM");
                assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)).endsWith("late");
            }
            assertThat(daemon.awaitExit(END)).isZero();
        }
    }

    @Test
    void aSecondSigtermDoesNotWait() throws Exception {
        try (ManagedProcess daemon = DaemonProcess.start(scene, Optional.of(file));
                var client = new Socket(InetAddress.getLoopbackAddress(), port("edge"))) {
            await().until(() -> scene.api().get("/v1/listeners").json().get(1).path("connections").asInt() == 1);
            daemon.signal("TERM");
            daemon.awaitLine(line -> line.contains("drains"), END);
            daemon.signal("TERM");

            assertThat(daemon.awaitExit(Duration.ofSeconds(5))).isEqualTo(143);
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void aKilledDaemonsSocketIsReplacedAndAnAnsweringOnesIsNot() throws Exception {
        try (ManagedProcess killed = DaemonProcess.start(scene, Optional.of(file))) {
            ManagedProcess second = DaemonProcess.launch(scene, List.of(), Optional.empty());
            assertThat(second.awaitExit(END)).isEqualTo(2);
            assertThat(scene.api().get("/healthz").status()).isEqualTo(200);

            scene.write("node.yaml",
                    Files.readString(scene.nodeFile()).replace("state: " + scene.state(), "state: " + scene.folder().resolve("other")));
            ManagedProcess sameSocket = DaemonProcess.launch(scene, List.of(), Optional.empty());
            assertThat(sameSocket.awaitExit(END)).isEqualTo(2);
            assertThat(String.join("\n", sameSocket.output())).contains("another process answers on " + scene.socket());
            killed.kill();
        }
        assertThat(scene.socket()).exists();
        try (var _ = DaemonProcess.start(scene, Optional.empty())) {
            assertThat(scene.api().get("/healthz").status()).isEqualTo(200);
        }
    }

    @Test
    void aRevisionIsOnTheDiskBeforeItIsAcknowledged() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "strace is not installed");
        Path trace = scene.folder().resolve("trace");
        List<String> strace = List.of("/usr/bin/strace", "-f", "-y", "-s", "40", "-e",
                "trace=fsync,fdatasync,rename,renameat,renameat2,write,writev,sendto,sendmsg",
                "-o", trace.toString());
        try (ManagedProcess daemon = DaemonProcess.launch(scene, strace, Optional.of(file))) {
            DaemonProcess.awaitStart(daemon);
            assertThat(scene.api().patch("/v1/pools/shop/backends/i-01", "{\"weight\": 50}").revision()).isEqualTo(2);
        }
        List<String> calls = Files.readAllLines(trace);
        int file = last(calls, "fsync(", "/revisions/2.");
        int renamed = last(calls, "rename", "/revisions/2.yaml");
        int folder = last(calls, "fsync(", "/revisions>");
        int answered = last(calls, "HTTP/1.1 200 OK");
        assertThat(List.of(file, renamed, folder, answered)).as("%s", calls).doesNotContain(-1).isSorted();
    }

    private static int last(List<String> calls, String... parts) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            if (List.of(parts).stream().allMatch(calls.get(i)::contains)) {
                return i;
            }
        }
        return -1;
    }

    private int port(String listener) {
        return scene.api().get("/v1/listeners/" + listener).json().path("status").path("boundPort").asInt();
    }

    private static boolean refuses(int port) throws java.io.IOException {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return false;
        } catch (SocketException _) {
            return true;
        }
    }
}
