package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.FreePorts;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams through a daemon, from the traffic file to the API. */
class UdpListenerIT {
    private DaemonScene scene = new DaemonScene(Path.of(""));

    private final List<DatagramSocket> sockets = new ArrayList<>();

    @BeforeEach
    void inA(@TempDir Path folder) {
        scene = DaemonScene.in(folder);
    }

    @AfterEach
    void stop() {
        sockets.forEach(DatagramSocket::close);
    }

    /** A server that answers each datagram with its name and the datagram. */
    private DatagramSocket server(String name) throws IOException {
        return server(name, InetAddress.getLoopbackAddress(), 0);
    }

    private DatagramSocket server(String name, InetAddress address, int port) throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(address, port));
        sockets.add(socket);
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    var packet = new DatagramPacket(new byte[2048], 2048);
                    socket.receive(packet);
                    String text = name + " " + new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
                    byte[] answer = text.getBytes(StandardCharsets.ISO_8859_1);
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException closed) {
                assert socket.isClosed() : closed;
            }
        });
        return socket;
    }

    private DatagramSocket client(int port) throws IOException {
        var client = new DatagramSocket();
        sockets.add(client);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        client.setSoTimeout(30_000);
        return client;
    }

    private static String ask(DatagramSocket client, String question) throws IOException {
        byte[] bytes = question.getBytes(StandardCharsets.ISO_8859_1);
        client.send(new DatagramPacket(bytes, bytes.length));
        var answer = new DatagramPacket(new byte[2048], 2048);
        client.receive(answer);
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.ISO_8859_1);
    }

    private WeirDaemon start(String settings, String listeners, DatagramSocket... servers) throws StartRefused {
        var text = new StringBuilder("version: 1\npools:\n  names:\n    healthCheck: none\n    algorithm: round-robin\n" + settings
                + "    backends:\n");
        for (int i = 0; i < servers.length; i++) {
            text.append("      s%d: {address: \"127.0.0.1:%d\"}\n".formatted(i, servers[i].getLocalPort()));
        }
        return WeirDaemon.start(scene.options(scene.write("weir.yaml", text + "listeners:\n" + listeners), false));
    }

    private static int port(WeirDaemon daemon, String listener) {
        return daemon.address(listener).orElseThrow().getPort();
    }

    @Test
    void aQuestionIsAnsweredAndCounted() throws IOException, StartRefused {
        try (var daemon = start("", "  dns: {protocol: udp, bind: \"127.0.0.1:0\", pool: names}\n", server("a"))) {
            assertThat(ask(client(port(daemon, "dns")), "where?")).isEqualTo("a where?");

            var listener = scene.api().get("/v1/listeners/dns").json().path("status");
            assertThat(listener.path("protocol").asString()).isEqualTo("udp");
            assertThat(listener.path("connections").asInt()).isEqualTo(1);
            assertThat(listener.path("requests").asInt()).isEqualTo(1);
            assertThat(listener.path("bytesOut").asInt()).isEqualTo(8);
        }
    }

    @Test
    void aBackendThatDiesLosesNoQuestion() throws IOException, StartRefused {
        DatagramSocket dying = server("a");
        try (var daemon = start("", "  dns: {protocol: udp, bind: \"127.0.0.1:0\", pool: names}\n", dying, server("b"))) {
            DatagramSocket one = client(port(daemon, "dns"));
            DatagramSocket other = client(port(daemon, "dns"));
            assertThat(List.of(ask(one, "1"), ask(other, "1"))).containsExactlyInAnyOrder("a 1", "b 1");

            SocketAddress address = dying.getLocalSocketAddress();
            dying.close();
            await().until(() -> isFree(address));

            assertThat(List.of(ask(one, "2"), ask(other, "2"))).containsExactly("b 2", "b 2");
        }
    }

    @Test
    void aRangeOfPortsIsOneListenerAndABackendWithoutPortIsAskedAtTheSame() throws IOException, StartRefused {
        DatagramSocket[] both = neighbours();
        int first = both[0].getLocalPort();
        String file = """
                version: 1
                pools:
                  games:
                    healthCheck: none
                    backends: {s0: {address: "127.0.0.2"}}
                listeners:
                  games: {protocol: udp, bind: "127.0.0.1:%d-%d", pool: games, limits: {maxConnections: 2}}
                """.formatted(first, first + 1);
        try (var daemon = WeirDaemon.start(scene.options(scene.write("weir.yaml", file), false))) {
            assertThat(ask(client(port(daemon, "games")), "?")).isEqualTo("p0 ?");
            assertThat(ask(client(port(daemon, "games") + 1), "?")).isEqualTo("p1 ?");

            var listener = scene.api().get("/v1/listeners/games").json().path("status");
            assertThat(listener.path("connections").asInt()).isEqualTo(2);
        }
    }

    /** Two servers on ports that follow each other, on an address of their own, where the same ports of 127.0.0.1 are free. */
    private DatagramSocket[] neighbours() throws IOException {
        InetAddress theirs = InetAddress.getByName("127.0.0.2");
        for (int tries = 0; tries < 100; tries++) {
            DatagramSocket one = server("p0", theirs, 0);
            try (var _ = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), one.getLocalPort()));
                    var _ = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), one.getLocalPort() + 1))) {
                return new DatagramSocket[] {one, server("p1", theirs, one.getLocalPort() + 1)};
            } catch (BindException taken) {
                one.close();
            }
        }
        throw new IOException("no two ports that follow each other are free");
    }

    @Test
    void whatIsBeyondTheBandwidthIsDroppedAndCounted() throws IOException, StartRefused {
        try (var daemon = start("", "  dns: {protocol: udp, bind: \"127.0.0.1:0\", pool: names, limits: {bandwidth: 1Mbps}}\n",
                server("a"))) {
            DatagramSocket client = client(port(daemon, "dns"));
            String kilobyte = "x".repeat(1024);
            for (int i = 0; i < 200; i++) {
                client.send(new DatagramPacket(kilobyte.getBytes(StandardCharsets.US_ASCII), 1024));
            }
            await().until(() -> scene.api()
                .get("/v1/metrics")
                .body()
                .lines()
                .anyMatch(line -> line.contains("dropped: bandwidth") && Double.parseDouble(line.substring(line.lastIndexOf(' '))) > 100));

            assertThat(scene.api().get("/v1/listeners/dns").json().path("status").path("requests").asInt()).isBetween(20, 99);
        }
    }

    @Test
    void aTierInFrontNamesTheClients() throws IOException, StartRefused {
        DatagramSocket server = server("a");
        int inner = FreePorts.next();
        String file = """
                version: 1
                pools:
                  tier: {healthCheck: none, proxyProtocol: v2, backends: {t: {address: "127.0.0.1:%d"}}}
                  names: {healthCheck: none, backends: {s: {address: "127.0.0.1:%d"}}}
                listeners:
                  outer: {protocol: udp, bind: "127.0.0.1:0", pool: tier}
                  inner: {protocol: udp, bind: "127.0.0.1:%d", pool: names, acceptProxyProtocol: {from: [127.0.0.0/8]}}
                """.formatted(inner, server.getLocalPort(), inner);
        try (var daemon = WeirDaemon.start(scene.options(scene.write("weir.yaml", file), false))) {
            DatagramSocket one = client(port(daemon, "outer"));
            DatagramSocket other = client(port(daemon, "outer"));

            assertThat(ask(one, "1")).isEqualTo("a 1");
            assertThat(ask(other, "2")).isEqualTo("a 2");
            assertThat(ask(one, "3")).isEqualTo("a 3");

            String sessions = scene.api().get("/v1/sessions?listener=inner").body();
            assertThat(sessions).contains("127.0.0.1:" + one.getLocalPort(), "127.0.0.1:" + other.getLocalPort());
        }
    }

    /** The kernel takes datagrams for a socket until the thread that waits there has let go of it. */
    private static boolean isFree(SocketAddress address) throws SocketException {
        try (var _ = new DatagramSocket(address)) {
            return true;
        } catch (BindException taken) {
            return false;
        }
    }

    @Test
    void theFlowsOfABackendThatIsDisabledGoElsewhere() throws IOException, StartRefused {
        try (var daemon = start("", "  dns: {protocol: udp, bind: \"127.0.0.1:0\", pool: names}\n", server("a"), server("b"))) {
            DatagramSocket client = client(port(daemon, "dns"));
            String backend = ask(client, "1").startsWith("a") ? "s0" : "s1";

            assertThat(scene.api().patch("/v1/pools/names/backends/" + backend, "{\"adminState\": \"disabled\"}").status()).isEqualTo(200);

            String other = backend.equals("s0") ? "b 2" : "a 2";
            await().untilAsserted(() -> assertThat(ask(client, "2")).isEqualTo(other));
        }
    }

    @Test
    void theHeaderOfThePoolStandsInFrontOfEachDatagram() throws IOException, StartRefused {
        try (var daemon = start("    proxyProtocol: v2\n", "  dns: {protocol: udp, bind: \"127.0.0.1:0\", pool: names}\n", server("a"))) {
            DatagramSocket client = client(port(daemon, "dns"));
            for (int i = 0; i < 2; i++) {
                String answer = ask(client, "where?");
                assertThat(answer).startsWith("a \r\n\r\n\0\r\nQUIT\n!\u0012").endsWith("where?").hasSize(2 + 28 + 6);
            }
        }
    }

    @Test
    void datagramsAndConnectionsMayHaveTheSamePort() throws IOException, StartRefused {
        int port = FreePorts.next();
        String bind = "bind: \"127.0.0.1:" + port + "\", pool: names}\n";
        try (var daemon = start("", "  dns: {protocol: udp, " + bind + "  dns-tcp: {protocol: tcp, " + bind, server("a"))) {
            assertThat(ask(client(port(daemon, "dns")), "x")).isEqualTo("a x");
            assertThat(port(daemon, "dns-tcp")).isEqualTo(port);
        }
    }

    @Test
    void aListenerThatComesBackUnderAnotherNameTakesThePortOver() throws IOException, StartRefused {
        int port = FreePorts.next();
        String listener = "  %s: {protocol: udp, bind: \"127.0.0.1:" + port + "\", pool: names}\n";
        try (var daemon = start("", listener.formatted("old"), server("a"))) {
            DatagramSocket client = client(port);
            assertThat(ask(client, "1")).isEqualTo("a 1");
            String text = Files.readString(scene.folder().resolve("weir.yaml")).replace("  old:", "  new:");

            assertThat(scene.api().putYaml("/v1/config", text).status()).isEqualTo(200);

            await().untilAsserted(() -> assertThat(daemon.address("new")).isPresent());
            assertThat(ask(client, "2")).isEqualTo("a 2");
        }
    }
}
