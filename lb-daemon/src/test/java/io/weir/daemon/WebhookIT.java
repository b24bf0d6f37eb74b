package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Webhooks of a daemon in this JVM, received by a server of the JDK. */
class WebhookIT {
    private static final String SECRET = "not in the configuration";

    private final RecordingBackend first = RecordingBackend.http("first");
    private final RecordingBackend replacement = RecordingBackend.http("replacement");
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private volatile Function<Received, Integer> answer = _ -> 204;
    private HttpServer receiver;
    private DaemonScene scene;
    private ApiClient api;
    private WeirDaemon daemon;

    private record Received(String event, String delivery, String timestamp, String signature, String body) {
        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }

    @BeforeEach
    void start(@TempDir Path folder) throws IOException, StartRefused {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        receiver.createContext("/", exchange -> {
            var fields = exchange.getRequestHeaders();
            var one = new Received(fields.getFirst("X-Weir-Event"), fields.getFirst("X-Weir-Delivery"),
                    fields.getFirst("X-Weir-Timestamp"), fields.getFirst("X-Weir-Signature"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            received.add(one);
            exchange.sendResponseHeaders(answer.apply(one), -1);
            exchange.close();
        });
        receiver.start();
        scene = DaemonScene.in(folder);
        Path secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
        Path file = scene.write("weir.yaml", """
                version: 1
                pools:
                  shop: {healthCheck: %s, discover: {registered: {ttl: 60s}}}
                listeners:
                  web: {protocol: http, bind: "127.0.0.1:0", pool: shop}
                webhooks:
                  scaler:
                    url: http://127.0.0.1:%d/events
                    events: [backend.unhealthy, backend.ejected, backend.readmitted, registration.added]
                    secretFile: %s
                    attempts: 3
                """.formatted(DaemonScene.CHECK, receiver.getAddress().getPort(), secret));
        daemon = WeirDaemon.start(scene.options(file, false));
        api = scene.api();
    }

    @AfterEach
    void stop() {
        daemon.close();
        receiver.stop(0);
        first.close();
        replacement.close();
    }

    @Test
    void aScalerThatIsToldOfADeadMemberRegistersAnotherWhichTakesTheTraffic() {
        answer = told -> {
            if (told.event().equals("backend.unhealthy") || told.event().equals("backend.ejected")) {
                register("i-02", replacement);
                api.delete("/v1/pools/shop/registrations/" + told.json().path("subject").asString().replace("shop/", ""));
            }
            return 200;
        };
        register("i-01", first);
        await().untilAsserted(() -> assertThat(DaemonScene.fetch(port())).isEqualTo("200 first"));

        first.close();

        await().untilAsserted(() -> assertThat(DaemonScene.fetch(port())).isEqualTo("200 replacement"));
        assertThat(api.get("/v1/backends").json()).hasSize(1);
    }

    @Test
    void whatIsPostedIsSignedAndNamesWhatHappened() throws GeneralSecurityException {
        register("i-01", first);
        await().until(() -> !received.isEmpty());

        Received one = received.getFirst();
        assertThat(one.event()).isEqualTo("registration.added");
        assertThat(one.json().path("subject").asString()).isEqualTo("shop/i-01");
        assertThat(one.json().path("node").asString()).isEqualTo("test-node");
        assertThat(Long.parseLong(one.timestamp())).isCloseTo(System.currentTimeMillis() / 1000, org.assertj.core.data.Offset.offset(60L));
        assertThat(one.signature()).isEqualTo("sha256=" + hmac(one.timestamp() + "." + one.body()));
    }

    @Test
    void anEventIsSentAgainUntilItIsTakenAndTheFailureIsToldOnce() {
        answer = _ -> received.size() < 3 ? 503 : 200;
        register("i-01", first);

        await().atMost(Duration.ofSeconds(20)).until(() -> received.size() == 3);
        assertThat(received).extracting(Received::delivery).containsOnly(received.getFirst().delivery());
        await().untilAsserted(() -> assertThat(hook().path("delivered").asLong()).isEqualTo(1));
        assertThat(hook().path("retries").asLong()).isEqualTo(2);
        assertThat(hook().path("state").asString()).isEqualTo("ok");
        assertThat(events("webhook.failed")).isEqualTo(1);
        assertThat(events("webhook.ok")).isEqualTo(1);
    }

    @Test
    void anEventThatIsRefusedIsGivenUpAndTheNextOneIsSent() {
        answer = one -> one.json().path("subject").asString().equals("shop/i-01") ? 400 : 200;
        register("i-01", first);
        register("i-02", replacement);
        await().untilAsserted(() -> assertThat(hook().path("delivered").asLong()).isEqualTo(1));
        assertThat(hook().path("failed").asLong()).isEqualTo(1);
        assertThat(api.get("/v1/metrics").body()).contains("weir_webhook_events_total{outcome=\"failed\",webhook=\"scaler\"} 1.0");
    }

    private void register(String name, RecordingBackend backend) {
        api.put("/v1/pools/shop/registrations/" + name, "{\"address\": \"127.0.0.1:" + backend.port() + "\"}");
    }

    private JsonNode hook() {
        return api.get("/v1/webhooks").json().get(0);
    }

    private long events(String type) {
        return api.get("/v1/events").json().valueStream().filter(event -> event.path("type").asString().equals(type)).count();
    }

    private static String hmac(String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    private int port() {
        return daemon.address("web").orElseThrow().getPort();
    }
}
