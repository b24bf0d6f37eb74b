package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Who may come in and how many, seen through a daemon, and the sessions that are there. */
class LimitsIT {
    private final RecordingBackend backend = RecordingBackend.echo("i-01");
    private ApiClient api;
    private WeirDaemon daemon;

    @BeforeEach
    void start(@TempDir Path folder) throws StartRefused {
        DaemonScene scene = DaemonScene.in(folder);
        Path file = scene.write("weir.yaml", """
                version: 1
                accessLists:
                  office: {mode: allow, entries: [127.0.0.0/8]}
                pools:
                  shop: {healthCheck: none, backends: {i-01: {address: "127.0.0.1:%d"}}}
                listeners:
                  edge: {protocol: tcp, bind: "127.0.0.1:0", pool: shop, accessList: office}
                  web: {protocol: http, bind: "127.0.0.1:0", pool: shop, accessList: office}
                """.formatted(backend.port()));
        daemon = WeirDaemon.start(scene.options(file, false));
        api = scene.api();
    }

    @AfterEach
    void stop() {
        daemon.close();
        backend.close();
    }

    @Test
    void anEntryThatIsTakenOffAnAccessListKeepsItsClientsOutOfEveryProtocolAtOnce() throws IOException {
        try (Socket open = dial("edge")) {
            exchange(open);
            assertThat(
                    api.postJson("/v1/access-lists/office/entries", "{\"add\": [\"10.0.0.0/8\"], \"remove\": [\"127.0.0.0/8\"]}").status())
                .isEqualTo(200);

            assertCut("edge");
            assertCut("web");
            exchange(open);
        }
        JsonNode listeners = api.get("/v1/listeners").json();
        assertThat(listeners).allSatisfy(row -> assertThat(row.at("/refusedByReason/access-list").asLong()).isEqualTo(1));
        assertThat(api.get("/metrics").body()).contains("weir_listener_refused_total{listener=\"edge\",reason=\"access-list\"} 1.0");
        assertThat(api.get("/v1/access-lists").json().get(0).path("listeners").valueStream().map(JsonNode::asString))
            .containsExactly("edge", "web");
        assertThat(api.get("/v1/access-lists/office").json().path("entries").get(0).asString()).isEqualTo("10.0.0.0/8");
    }

    @Test
    void anEntryIsTheNetworkThatItStandsFor() {
        assertThat(api.postJson("/v1/access-lists/office/entries", "{\"add\": [\"127.0.0.0/8\", \"10.9.9.9/32\"]}").status())
            .isEqualTo(200);
        assertThat(api.postJson("/v1/access-lists/office/entries", "{\"remove\": [\"10.9.9.9\"]}").status()).isEqualTo(200);
        assertThat(api.get("/v1/access-lists/office").json().path("entries").size()).isEqualTo(1);
        assertThat(api.postJson("/v1/access-lists/office/entries", "{\"remove\": [\"10.9.9.9\"]}").status()).isEqualTo(404);
        assertThat(api.postJson("/v1/access-lists/office/entries", "{\"add\": [\"10.0.0.1/8\"]}").status()).isEqualTo(422);
        assertThat(api.postJson("/v1/access-lists/other/entries", "{\"add\": [\"10.0.0.0/8\"]}").status()).isEqualTo(404);
    }

    @Test
    void anEmptyListThatWouldKeepEverybodyOutNeedsForce() throws IOException {
        var refused = api.postJson("/v1/access-lists/office/entries", "{\"remove\": [\"127.0.0.0/8\"]}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().path("detail").asString())
            .endsWith("accessLists.office.entries: an empty list, want entries, or force: listener edge would refuse every client");
        exchange("edge");

        assertThat(api.postJson("/v1/access-lists/office/entries?force=true", "{\"remove\": [\"127.0.0.0/8\"]}").status()).isEqualTo(200);
        assertCut("edge");
        assertThat(api.patch("/v1/pools/shop", "{\"drain\": \"10s\"}").status()).as("what stands needs no force").isEqualTo(200);
    }

    @Test
    void sessionsAreListedCountedAndKickedByFilter() throws IOException {
        try (Socket first = dial("edge");
                Socket second = dial("edge")) {
            exchange(first);
            exchange(second);

            List<JsonNode> rows = rows("/v1/sessions?listener=edge&client=127.0.0.0/8&pool=shop&backend=i-01");
            assertThat(rows).hasSize(2).allSatisfy(row -> {
                assertThat(row.path("address").asString()).isEqualTo("127.0.0.1:" + backend.port());
                assertThat(row.path("bytesIn").asLong()).isEqualTo(5);
                assertThat(row.path("bytesOut").asLong()).isEqualTo(5);
            });
            assertThat(rows.stream().map(row -> row.path("client").asString()))
                .containsExactlyInAnyOrder("127.0.0.1:" + first.getLocalPort(), "127.0.0.1:" + second.getLocalPort());
            assertThat(rows("/v1/sessions?limit=1")).hasSize(1);
            assertThat(rows("/v1/sessions?client=10.0.0.0/8")).isEmpty();
            assertThat(rows("/v1/sessions?olderThan=1h")).isEmpty();
            assertThat(api.get("/v1/sessions/count?by=client").body()).isEqualTo("[{\"name\":\"127.0.0.1\",\"sessions\":2}]");
            assertThat(api.get("/v1/sessions/count?by=backend").json().get(0).path("name").asString()).isEqualTo("shop/i-01");

            assertThat(api.delete("/v1/sessions").status()).isEqualTo(400);
            assertThat(api.delete("/v1/sessions?client=10.0.0.0/8").body()).isEqualTo("{\"kicked\":0}");
            assertThat(api.delete("/v1/sessions?listener=edge").body()).isEqualTo("{\"kicked\":2}");
            assertThat(isCut(first)).isTrue();
            assertThat(isCut(second)).isTrue();
        }
        await().untilAsserted(() -> assertThat(api.get("/v1/sessions").body()).isEqualTo("[]"));
        assertThat(api.get("/metrics").body()).contains("weir_listener_ends_total{listener=\"edge\",reason=\"kicked\"} 2.0");
    }

    @Test
    void sessionsOfEveryProtocolStandInOneListAndAreKickedTogether() throws IOException {
        try (Socket relayed = dial("edge");
                Socket web = dial("web")) {
            exchange(relayed);
            web.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n".getBytes(StandardCharsets.US_ASCII));
            await().untilAsserted(() -> assertThat(rows("/v1/sessions").stream().map(row -> row.path("listener").asString()))
                .containsExactlyInAnyOrder("edge", "web"));

            JsonNode row = rows("/v1/sessions?listener=web").getFirst();
            assertThat(row.path("client").asString()).isEqualTo("127.0.0.1:" + web.getLocalPort());
            assertThat(row.path("backend").isNull()).as("not while its request is read").isTrue();
            assertThat(api.get("/v1/sessions/count?by=client").body()).isEqualTo("[{\"name\":\"127.0.0.1\",\"sessions\":2}]");
            assertThat(api.delete("/v1/sessions?client=127.0.0.1").body()).isEqualTo("{\"kicked\":2}");
            assertThat(isCut(relayed)).isTrue();
            assertThat(isCut(web)).isTrue();
        }
        assertThat(api.get("/metrics").body())
            .contains("weir_listener_ends_total{listener=\"web\",reason=\"cut: operator ended the connection\"} 1.0");
    }

    @Test
    void whatAFilterDoesNotUnderstandIsRefused() {
        for (String query : List.of("client=10.0.0.1/8", "olderThan=5", "limit=0", "limit=10001", "colour=red")) {
            assertThat(api.get("/v1/sessions?" + query).status()).as(query).isEqualTo(400);
        }
        assertThat(api.get("/v1/sessions/count?by=colour").status()).isEqualTo(400);
    }

    private List<JsonNode> rows(String path) {
        return StreamSupport.stream(api.get(path).json().spliterator(), false).toList();
    }

    private Socket dial(String listener) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), daemon.address(listener).orElseThrow().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private void exchange(String listener) throws IOException {
        try (Socket socket = dial(listener)) {
            exchange(socket);
        }
    }

    private static void exchange(Socket socket) throws IOException {
        socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().readNBytes(5)).isEqualTo("hello".getBytes(StandardCharsets.US_ASCII));
    }

    private void assertCut(String listener) throws IOException {
        try (Socket socket = dial(listener)) {
            assertThat(isCut(socket)).isTrue();
        }
    }

    private static boolean isCut(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }
}
