package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.weir.net.MessageSocket;
import io.weir.net.Transport;
import io.weir.testkit.ManagedProcess;
import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One daemon in the place of another. {@code -Dweir.takeover.rounds=10 -Dweir.takeover.rate=2000} is the whole run. */
class TakeOverIT {
    private static final Duration END = Duration.ofSeconds(60);
    private static final int ROUNDS = Integer.getInteger("weir.takeover.rounds", 2);
    private static final int RATE = Integer.getInteger("weir.takeover.rate", 300);
    private static final int KEPT = 20;

    private DaemonScene scene;

    @BeforeEach
    void scene(@TempDir Path folder) {
        scene = DaemonScene.in(folder);
    }

    @ParameterizedTest(name = "on {0}")
    @ValueSource(strings = {"epoll", "io_uring", "epoll io_uring"})
    void noClientNoticesThatProcessesReplaceEachOther(String transports) throws Exception {
        List<String> inTurn = List.of(transports.split(" ", -1));
        Assumptions.assumeTrue(Transport.IO_URING.unavailable().isEmpty() || !transports.contains("io_uring"));
        List<ManagedProcess> processes = new ArrayList<>();
        String node = Files.readString(scene.nodeFile());
        scene.write("node.yaml", node + "transport: " + inTurn.getFirst() + "\n");
        try (var backend = OneAnswerServer.start()) {
            processes.add(DaemonProcess.start(scene, Optional.of(scene.write("weir.yaml", configuration(backend.port())))));
            int web = port("web");
            int edge = port("edge");
            try (var load = ConnectionLoad.start(List.of(web, edge), RATE, web, KEPT)) {
                await().until(() -> load.answered() > RATE);
                for (int round = 0; round < ROUNDS; round++) {
                    ManagedProcess old = processes.getLast();
                    scene.write("node.yaml", node + "transport: " + inTurn.get((round + 1) % inTurn.size()) + "\n");
                    processes.add(DaemonProcess.takeOver(scene));
                    DaemonProcess.awaitStart(processes.getLast());
                    assertThat(old.awaitExit(END)).isZero();
                    assertThat(port("web")).isEqualTo(web);
                    int before = load.answered();
                    await().until(() -> load.answered() > before + RATE / 2);
                }
                load.stop();
                System.out.println(ROUNDS + " hand-overs on " + transports + " at " + RATE + "/s: " + load.answered() + " answered, "
                        + load.failed() + " failed");
                assertThat(load.errors()).isEmpty();
                assertThat(load.failed()).isZero();
            }
            processes.getLast().signal("TERM");
            assertThat(processes.getLast().awaitExit(END)).isZero();
            assertThat(scene.socket()).doesNotExist();
            assertThat(takeOverSocket()).doesNotExist();
        } finally {
            processes.forEach(ManagedProcess::close);
        }
    }

    @Test
    void sourcesStayAtTheirBackends() throws Exception {
        try (var one = RecordingBackend.http("one");
                var two = RecordingBackend.http("two")) {
            Path file = scene.write("weir.yaml", """
                    version: 1
                    pools:
                      shop:
                        algorithm: round-robin
                        affinity: {type: source}
                        backends: {one: {address: "127.0.0.1:%d"}, two: {address: "127.0.0.1:%d"}}
                    listeners: {web: {protocol: http, bind: "127.0.0.1:0", pool: shop}}
                    """.formatted(one.port(), two.port()));
            try (ManagedProcess old = DaemonProcess.start(scene, Optional.of(file))) {
                int web = port("web");
                String home = DaemonScene.fetch(web);
                try (ManagedProcess heir = DaemonProcess.takeOver(scene)) {
                    DaemonProcess.awaitStart(heir);
                    assertThat(old.awaitExit(END)).isZero();

                    assertThat(scene.api().get("/v1/affinity").json()).hasSize(1);
                    for (int i = 0; i < 4; i++) {
                        assertThat(DaemonScene.fetch(web)).isEqualTo(home);
                    }
                    await().untilAsserted(() -> assertThat(scene.api().get("/v1/affinity/count").json()).hasSize(1));
                }
            }
        }
    }

    @ParameterizedTest(name = "on {0}")
    @ValueSource(strings = {"epoll", "io_uring", "epoll io_uring"})
    void noDatagramIsLostAndEachFlowKeepsItsBackendAndItsPort(String transports) throws Exception {
        List<String> inTurn = List.of(transports.split(" ", -1));
        Assumptions.assumeTrue(Transport.IO_URING.unavailable().isEmpty() || !transports.contains("io_uring"));
        List<ManagedProcess> processes = new ArrayList<>();
        String node = Files.readString(scene.nodeFile());
        scene.write("node.yaml", node + "transport: " + inTurn.getFirst() + "\n");
        try (var load = new DatagramLoad(3)) {
            processes.add(DaemonProcess.start(scene, Optional.of(scene.write("weir.yaml", datagrams(load.backends())))));
            load.start(port("names"), KEPT, RATE);
            await().until(() -> load.answered() > RATE);
            for (int round = 0; round < ROUNDS; round++) {
                ManagedProcess old = processes.getLast();
                scene.write("node.yaml", node + "transport: " + inTurn.get((round + 1) % inTurn.size()) + "\n");
                processes.add(DaemonProcess.takeOver(scene));
                DaemonProcess.awaitStart(processes.getLast());
                assertThat(old.awaitExit(END)).isZero();
                int before = load.answered();
                await().until(() -> load.answered() > before + RATE / 2);
            }
            load.stop();
            System.out.println(ROUNDS + " hand-overs on " + transports + " at " + RATE + " new flows/s: " + load.answered()
                    + " datagrams answered, " + load.failed() + " failed");
            assertThat(load.errors()).isEmpty();
            assertThat(load.failed()).isZero();
            assertThat(scene.api().get("/v1/listeners/names").json().path("status").path("connections").asInt())
                .isGreaterThanOrEqualTo(KEPT);
        } finally {
            processes.forEach(ManagedProcess::close);
        }
    }

    @Test
    void aConnectionOfTheOldProcessEndsInItsOwnTime() throws Exception {
        try (var backend = RecordingBackend.echo("i-01");
                ManagedProcess old = DaemonProcess.start(scene, Optional.of(scene.write("weir.yaml", configuration(backend.port()))));
                var client = new Socket(InetAddress.getLoopbackAddress(), port("edge"))) {
            echo(client, 'a');
            try (ManagedProcess heir = DaemonProcess.takeOver(scene)) {
                DaemonProcess.awaitStart(heir);
                old.awaitLine(line -> line.contains("process " + heir.pid() + " has taken over"), END);
                old.awaitLine(line -> line.contains("drains"), END);

                echo(client, 'b');
                assertThat(scene.api().get("/v1/status").json().path("node").path("pid").asLong()).isEqualTo(heir.pid());
                client.shutdownOutput();
                assertThat(client.getInputStream().read()).isNegative();
                assertThat(old.awaitExit(END)).isZero();
                assertThat(scene.api().patch("/v1/pools/shop/backends/i-01", "{\"weight\": 50}").revision()).isEqualTo(2);
            }
        }
    }

    @Test
    void theSupervisorHearsFromTheOldProcessWhoTheServiceIs() throws Exception {
        Assumptions.assumeTrue(Transport.EPOLL.unavailable().isEmpty());
        try (var backend = RecordingBackend.http("i-01"); var supervisor = FakeSupervisor.at(scene.folder().resolve("notify"))) {
            Path file = scene.write("weir.yaml", DaemonScene.configuration(backend));
            try (ManagedProcess old = DaemonProcess.start(scene, Optional.of(file), supervisor.environment())) {
                assertThat(supervisor.next()).isEqualTo("READY=1\nMAINPID=" + old.pid());
                try (ManagedProcess heir = DaemonProcess.takeOver(scene, supervisor.environment())) {
                    assertThat(old.awaitExit(END)).isZero();

                    assertThat(List.of(supervisor.next(), supervisor.next(), supervisor.next())).containsExactlyInAnyOrder(
                            "MAINPID=" + heir.pid(), "BARRIER=1", "READY=1\nMAINPID=" + heir.pid());
                    heir.signal("TERM");
                    assertThat(supervisor.next()).isEqualTo("STOPPING=1");
                    assertThat(heir.awaitExit(END)).isZero();
                }
            }
        }
    }

    @Test
    void whatIsKnownOfBackendsGoesWithIt() throws Exception {
        RecordingBackend down = RecordingBackend.http("i-02");
        try (var up = RecordingBackend.http("i-01")) {
            Path file = scene.write("weir.yaml", DaemonScene.configuration(up, down));
            try (var _ = WeirDaemon.start(scene.options(file, false))) {
                down.close();
                await().until(() -> scene.api().get("/v1/pools/shop/backends/i-02").body().contains("unhealthy"));
                String before = status("i-02");
                try (var _ = WeirDaemon.start(scene.options().takingOver())) {
                    assertThat(status("i-02")).isEqualTo(before);
                    assertThat(scene.api().get("/v1/pools/shop/backends/i-01").body()).contains("healthy");
                }
            }
        }
    }

    @Test
    void membersThatAFileNamesAreThereBeforeTheFirstConnection() throws Exception {
        try (var backend = RecordingBackend.http("i-01")) {
            Path members = scene.write("members.yaml", "[{name: i-01, address: \"127.0.0.1:%d\"}]".formatted(backend.port()));
            Path file = scene.write("weir.yaml", DaemonScene.configuration()
                .replace("    backends:\n", "    discover: {file: %s, interval: 100ms}\n".formatted(members)));
            try (var daemon = WeirDaemon.start(scene.options(file, false))) {
                int web = daemon.address("web").orElseThrow().getPort();
                await().until(() -> DaemonScene.fetch(web).equals("200 i-01"));
                String before = status("i-01");
                try (var _ = WeirDaemon.start(scene.options().takingOver())) {
                    assertThat(DaemonScene.fetch(web)).isEqualTo("200 i-01");
                    assertThat(status("i-01")).isEqualTo(before);
                }
            }
        }
    }

    @Test
    void aProcessThatFailsToStartLeavesTheOldOneAsItWas() throws Exception {
        try (var backend = RecordingBackend.http("i-01");
                var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var daemon = WeirDaemon.start(scene.options(scene.write("weir.yaml", DaemonScene.configuration(backend)), false))) {
            scene.write("node.yaml", Files.readString(scene.nodeFile()).replace("127.0.0.1:0", "127.0.0.1:" + taken.getLocalPort()));

            assertThatExceptionOfType(StartRefused.class).isThrownBy(() -> WeirDaemon.start(scene.options().takingOver()))
                .withMessageContaining("cannot listen on ");

            assertThat(DaemonScene.fetch(daemon.address("web").orElseThrow().getPort())).isEqualTo("200 i-01");
            await().until(() -> scene.api().patch("/v1/pools/shop/backends/i-01", "{\"weight\": 50}").status() == 200);
        }
    }

    @Test
    void whileAProcessTakesOverEditsAreRefusedAndWhenItHangsUpTheyAreTakenAgain() throws Exception {
        try (var backend = RecordingBackend.http("i-01");
                var _ = WeirDaemon.start(scene.options(scene.write("weir.yaml", DaemonScene.configuration(backend)), false))) {
            try (var stranger = MessageSocket.connect(takeOverSocket())) {
                stranger.send("{\"message\":\"Hello\",\"protocol\":2,\"version\":\"test\",\"more\":true}", OptionalInt.empty());
                assertThat(received(stranger)).first().asString().startsWith("{\"message\":\"Welcome\"");

                var refused = scene.api().patch("/v1/pools/shop/backends/i-01", "{\"weight\": 50}");
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.body()).contains("another process takes over");
            }
            await().until(() -> scene.api().patch("/v1/pools/shop/backends/i-01", "{\"weight\": 50}").status() == 200);
        }
    }

    @Test
    void aPredecessorThatDiesOnceItHasGivenAllIsNotMissed() throws Exception {
        Files.createDirectories(scene.state());
        try (var backend = RecordingBackend.http("i-01"); var dying = MessageSocket.listen(takeOverSocket())) {
            Thread.ofPlatform().daemon().start(() -> handOver(dying, ""));
            Path file = scene.write("weir.yaml", DaemonScene.configuration(backend));
            try (var daemon = WeirDaemon.start(scene.options(file, false).takingOver())) {
                assertThat(DaemonScene.fetch(daemon.address("web").orElseThrow().getPort())).isEqualTo("200 i-01");
            }
        }
    }

    @Test
    void whereThePredecessorGoesOnAfterAllTheNewProcessEnds() throws Exception {
        Files.createDirectories(scene.state());
        try (var stubborn = MessageSocket.listen(takeOverSocket())) {
            Thread.ofPlatform().daemon().start(() -> handOver(stubborn, "{\"message\":\"Refused\",\"reason\":\"too late\"}"));

            assertThatExceptionOfType(StartRefused.class).isThrownBy(() -> WeirDaemon.start(scene.options().takingOver()))
                .withMessage("process " + ProcessHandle.current().pid() + " goes on: too late");
            assertThat(scene.socket()).doesNotExist();
            assertThat(takeOverSocket()).exists();
        }
    }

    /** A daemon with nothing to hand over, which then waits for a word and says its last one, or is gone at once. */
    private static void handOver(MessageSocket listening, String lastWord) {
        try (MessageSocket heir = listening.accept()) {
            assertThat(heir.receive()).isPresent();
            heir.send("{\"message\":\"Welcome\",\"version\":\"test\"}", OptionalInt.empty());
            heir.send("{\"message\":\"Complete\"}", OptionalInt.empty());
            if (!lastWord.isEmpty()) {
                assertThat(heir.receive()).isPresent();
                heir.send(lastWord, OptionalInt.empty());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whoSpeaksAnotherVersionIsRefusedAndNothingHappens() throws Exception {
        try (var backend = RecordingBackend.http("i-01");
                var _ = WeirDaemon.start(scene.options(scene.write("weir.yaml", DaemonScene.configuration(backend)), false));
                var stranger = MessageSocket.connect(takeOverSocket())) {
            stranger.send("{\"message\":\"Hello\",\"protocol\":99,\"version\":\"test\"}", OptionalInt.empty());
            assertThat(received(stranger)).singleElement()
                .asString()
                .contains("Refused")
                .contains("it speaks version 99 of the hand-over, this process version 2; restart instead");
            assertThat(scene.api().patch("/v1/pools/shop/backends/i-01", "{\"weight\": 50}").status()).isEqualTo(200);
        }
    }

    @Test
    void whereNobodyServesThereIsNobodyToReplace() {
        assertThatExceptionOfType(StartRefused.class).isThrownBy(() -> WeirDaemon.start(scene.options().takingOver()))
            .withMessageEndingWith("to be taken over; start without --take-over");
    }

    @Test
    void nioSaysWhyItCannot() throws Exception {
        scene.write("node.yaml", Files.readString(scene.nodeFile()) + "transport: nio\n");
        assertThatExceptionOfType(StartRefused.class).isThrownBy(() -> WeirDaemon.start(scene.options().takingOver()))
            .withMessage("transport nio cannot go on with the sockets of another process; want auto, epoll or io_uring");
    }

    @Test
    void aDaemonWhoseSocketsAreOutOfReachSaysSo() throws Exception {
        scene.write("node.yaml", Files.readString(scene.nodeFile()) + "transport: nio\n");
        try (var backend = RecordingBackend.http("i-01");
                var _ = WeirDaemon.start(scene.options(scene.write("weir.yaml", DaemonScene.configuration(backend)), false));
                var stranger = MessageSocket.connect(takeOverSocket())) {
            stranger.send("{\"message\":\"Hello\",\"protocol\":2,\"version\":\"test\"}", OptionalInt.empty());
            assertThat(received(stranger)).singleElement()
                .asString()
                .contains("the sockets of edge, web cannot be handed over; restart instead");
        }
    }

    /** All messages up to the one that is the last. */
    private static List<String> received(MessageSocket socket) throws IOException {
        List<String> texts = new ArrayList<>();
        while (texts.isEmpty() || !(texts.getLast().contains("\"Complete\"") || texts.getLast().contains("\"Refused\""))) {
            MessageSocket.Message message = socket.receive().orElseThrow();
            message.close();
            texts.add(message.text());
        }
        return texts;
    }

    private static void echo(Socket client, char letter) throws IOException {
        client.getOutputStream().write(letter);
        assertThat(client.getInputStream().read()).isEqualTo(letter);
    }

    private String status(String backend) {
        var status = scene.api().get("/v1/pools/shop/backends/" + backend).json().path("status");
        return status.path("state").asString() + " " + status.path("cause").asString() + " " + status.path("since").asString();
    }

    private Path takeOverSocket() {
        return scene.state().resolve("take-over.sock");
    }

    private int port(String listener) {
        return scene.api().get("/v1/listeners/" + listener).json().path("status").path("boundPort").asInt();
    }

    private static String datagrams(List<Integer> backends) {
        var text = new StringBuilder("version: 1\npools:\n  names:\n    healthCheck: none\n    backends:\n");
        backends.forEach(port -> text.append("      b%d: {address: \"127.0.0.1:%d\"}\n".formatted(port, port)));
        return text + "listeners:\n  names: {protocol: udp, bind: \"127.0.0.1:0\", pool: names}\n";
    }

    private static String configuration(int backend) {
        return """
                version: 1
                pools:
                  shop:
                    healthCheck: %s
                    backends: {i-01: {address: "127.0.0.1:%d"}}
                listeners:
                  web: {protocol: http, bind: "127.0.0.1:0", pool: shop}
                  edge: {protocol: tcp, bind: "127.0.0.1:0", pool: shop}
                """.formatted(DaemonScene.CHECK, backend);
    }
}
