package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.RecordingBackend;
import io.weir.testkit.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that stay at their backend, over every protocol that layer 4 and 7 serve, and what operators see of them. */
class AffinityIT {
    private static final String POOL = "    algorithm: round-robin\n    affinity: {type: source}\n    healthCheck: none\n    backends:\n";

    private final List<AutoCloseable> opened = new ArrayList<>();
    private TestAuthority authority;
    private ApiClient api;
    private WeirDaemon daemon;

    @BeforeEach
    void start(@TempDir Path folder) throws StartRefused, IOException {
        DaemonScene scene = DaemonScene.in(folder);
        authority = new TestAuthority(folder);
        authority.issue("shop", "shop.example");
        var text = new StringBuilder("version: 1\ncertificates: {shop: {certificate: %1$s/shop.pem, key: %1$s/shop.key}}\npools:\n"
            .formatted(folder));
        pool(text, "stream", RecordingBackend.http("s1"), RecordingBackend.http("s2"), RecordingBackend.http("s3"));
        pool(text, "pages", RecordingBackend.http("h1"), RecordingBackend.http("h2"), RecordingBackend.http("h3"));
        text.append("  names:\n").append(POOL);
        for (int i = 1; i <= 3; i++) {
            text.append("      d%d: {address: \"127.0.0.1:%d\"}\n".formatted(i, namingServer("d" + i)));
        }
        text.append("""
                listeners:
                  tcp: {protocol: tcp, bind: "127.0.0.1:0", pool: stream}
                  http: {protocol: http, bind: "127.0.0.1:0", pool: pages}
                  tls: {protocol: tls, bind: "127.0.0.1:0", pool: stream, tls: {certificates: [shop]}}
                  udp: {protocol: udp, bind: "127.0.0.1:0", pool: names}
                """);
        daemon = WeirDaemon.start(scene.options(scene.write("weir.yaml", text.toString()), false));
        api = scene.api();
    }

    private void pool(StringBuilder text, String name, RecordingBackend... backends) {
        text.append("  ").append(name).append(":\n").append(POOL);
        for (RecordingBackend backend : backends) {
            opened.add(backend);
            text.append("      %s: {address: \"127.0.0.1:%d\"}\n".formatted(backend.name(), backend.port()));
        }
    }

    /** The port of a server that answers each datagram with its name. */
    private int namingServer(String name) throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        opened.add(socket);
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    var packet = new DatagramPacket(new byte[512], 512);
                    socket.receive(packet);
                    byte[] answer = name.getBytes(StandardCharsets.US_ASCII);
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException closed) {
                assert socket.isClosed() : closed;
            }
        });
        return socket.getLocalPort();
    }

    @AfterEach
    void stop() throws Exception {
        daemon.close();
        for (AutoCloseable open : opened) {
            open.close();
        }
    }

    private int port(String listener) {
        return daemon.address(listener).orElseThrow().getPort();
    }

    /** The name that a new client of this protocol hears. */
    private String ask(String protocol) {
        return switch (protocol) {
            case "udp" -> askDatagram(port(protocol));
            case "tls" -> askTls(port(protocol));
            default -> DaemonScene.fetch(port(protocol)).substring("200 ".length());
        };
    }

    private String askTls(int port) {
        try (var wire = new Socket(InetAddress.getLoopbackAddress(), port);
                Socket socket = authority.client().getSocketFactory().createSocket(wire, "shop.example", port, true)) {
            wire.setSoTimeout(10_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip().lines().toList().getLast();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String askDatagram(int port) {
        try (var socket = new DatagramSocket()) {
            socket.connect(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(1_000);
            return answer(socket, 30);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks again like any client of UDP: a server that is just being closed may have taken the question with it. */
    private static String answer(DatagramSocket socket, int tries) throws IOException {
        socket.send(new DatagramPacket(new byte[1], 1));
        var answer = new DatagramPacket(new byte[2], 2);
        try {
            socket.receive(answer);
            return new String(answer.getData(), StandardCharsets.US_ASCII);
        } catch (SocketTimeoutException silence) {
            if (tries == 1) {
                throw silence;
            }
            return answer(socket, tries - 1);
        }
    }

    @Test
    void newConnectionsFlowsAndRequestsOfAClientStayAtOneBackend() {
        for (String protocol : List.of("tcp", "tls", "http", "udp")) {
            String home = ask(protocol);
            for (int i = 0; i < 6; i++) {
                assertThat(ask(protocol)).as(protocol).isEqualTo(home);
            }
        }
        assertThat(api.get("/metrics").body()).contains("weir_affinity_picks_total{pool=\"names\",result=\"stayed\"} 6.0",
                "weir_affinity_picks_total{pool=\"stream\",result=\"unknown\"} 1.0", "weir_dropped_total{queue=\"affinity\"} 0.0");
    }

    @Test
    void aClientWhoseBackendDiesStaysWhereItWent() throws Exception {
        for (String protocol : List.of("tcp", "tls", "http", "udp")) {
            String home = ask(protocol);
            close(home);

            String refuge = ask(protocol);
            assertThat(refuge).as(protocol).isNotEqualTo(home);
            for (int i = 0; i < 4; i++) {
                assertThat(ask(protocol)).as(protocol).isEqualTo(refuge);
            }
        }
    }

    private void close(String name) throws Exception {
        int index = "shd".indexOf(name.charAt(0)) * 3 + name.charAt(1) - '1';
        opened.get(index).close();
    }

    @Test
    void weightZeroAndDrainEndIt() {
        for (String end : List.of("{\"weight\": 0}", "{\"adminState\": \"drain\"}")) {
            String home = ask("tcp");
            assertThat(api.patch("/v1/pools/stream/backends/" + home, end).status()).isEqualTo(200);

            assertThat(ask("tcp")).isNotEqualTo(home);
        }
    }

    @Test
    void entriesAreListedCountedExplainedAndForgotten() {
        String home = ask("tcp");
        ask("http");

        var row = api.get("/v1/affinity?pool=stream&client=127.0.0.0/8").json().get(0);
        assertThat(row.path("source").asString()).isEqualTo("127.0.0.1");
        assertThat(row.path("backend").asString()).isEqualTo(home);
        assertThat(api.get("/v1/affinity").json().size()).isEqualTo(2);
        assertThat(api.get("/v1/affinity?client=10.0.0.1").body()).isEqualTo("[]");
        assertThat(api.get("/v1/affinity?pool=none").status()).isEqualTo(404);
        String counted = "[{\"pool\":\"stream\",\"backend\":\"%s\",\"entries\":1}]".formatted(home);
        await().untilAsserted(() -> assertThat(api.get("/v1/affinity/count?pool=stream").body()).isEqualTo(counted));
        assertThat(api.get("/metrics").body())
            .contains("weir_affinity_entries{backend=\"%s\",pool=\"stream\"} 1.0".formatted(home));

        var explained = api.get("/v1/explain/tcp?client=127.0.0.1").json();
        assertThat(explained.at("/pick/backend").asString()).isEqualTo(home);
        assertThat(explained.at("/pick/why").asString()).isEqualTo("its source stays at it");
        assertThat(api.get("/v1/explain/tcp?client=127.0.0.9").json().at("/pools/0/affinity/why").asString())
            .isEqualTo("it is not known: it stays where it goes now");

        assertThat(api.delete("/v1/affinity").status()).isEqualTo(400);
        assertThat(api.delete("/v1/affinity?pool=stream&backend=" + home).body()).isEqualTo("{\"cleared\":1}");
        await().untilAsserted(() -> assertThat(api.get("/v1/affinity/count?pool=stream").body()).isEqualTo("[]"));
        assertThat(api.delete("/v1/affinity?all=true").body()).isEqualTo("{\"cleared\":1}");
    }
}
