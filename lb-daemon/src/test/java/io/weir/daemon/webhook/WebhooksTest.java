package io.weir.daemon.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.core.model.Webhook;
import io.weir.core.telemetry.Event;
import io.weir.core.telemetry.EventLog;
import io.weir.core.telemetry.EventNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WebhooksTest {
    private static final int BEYOND = 50;
    private static final byte[] OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final EventLog log = new EventLog(10);

    @Test
    void anEventGoesByItsTypeByTheStateThatWasEnteredAndAsReadmission() {
        assertThat(EventNames.of(change("unhealthy", "healthy"))).containsExactly("backend.state", "backend.healthy", "backend.readmitted");
        assertThat(EventNames.of(change("checking", "healthy"))).containsExactly("backend.state", "backend.healthy");
        assertThat(EventNames.of(change("healthy", "ejected"))).containsExactly("backend.state", "backend.ejected");
        assertThat(EventNames.asked(new Event(1, Instant.EPOCH, "webhook.failed", "ops", Map.of()), Set.of())).isFalse();
    }

    @Test
    void aReceiverThatHangsHoldsUpNobodyAndWhatDoesNotFitIsCounted() throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var webhooks = new Webhooks(log, "lb-1", InstantSource.system())) {
            webhooks.follow(Map.of("ops", hook(silent.getLocalPort(), Duration.ofMillis(200))));
            for (int i = 0; i < Outbox.CAPACITY + BEYOND; i++) {
                log.add(Instant.EPOCH, "pool.tier", "shop", Map.of());
            }
            var status = webhooks.statuses().getFirst();
            assertThat(status.dropped()).isBetween((long) BEYOND - 1, (long) BEYOND); // one may have left the queue
            await().untilAsserted(() -> assertThat(webhooks.statuses().getFirst().cause()).isEqualTo("no answer within 200 ms"));
            assertThat(webhooks.statuses().getFirst().state()).isEqualTo("failing");
            webhooks.follow(Map.of());
            assertThat(webhooks.statuses()).isEmpty();
        }
    }

    @Test
    void aReceiverThatHangsUpBetweenTwoEventsMissesNoneAndIsNotSaidToFail() throws Exception {
        try (var receiver = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var webhooks = new Webhooks(log, "lb-1", InstantSource.system())) {
            receiver.setSoTimeout(30_000);
            webhooks.follow(Map.of("ops", hook(receiver.getLocalPort(), Duration.ofSeconds(10))));
            log.add(Instant.EPOCH, "pool.tier", "first", Map.of());
            try (Socket kept = receiver.accept()) {
                kept.setSoTimeout(30_000);
                assertThat(read(kept)).contains("first");
                kept.getOutputStream().write(OK);
                await().untilAsserted(() -> assertThat(webhooks.statuses().getFirst().delivered()).isEqualTo(1));
                log.add(Instant.EPOCH, "pool.tier", "second", Map.of());
                assertThat(read(kept)).contains("second");
            }
            try (Socket another = receiver.accept()) {
                assertThat(read(another)).contains("second");
                another.getOutputStream().write(OK);
                await().untilAsserted(() -> assertThat(webhooks.statuses().getFirst().delivered()).isEqualTo(2));
            }
            assertThat(webhooks.statuses().getFirst().retries()).isZero();
            assertThat(log.after(0)).extracting(Event::type).containsOnly("pool.tier");
        }
    }

    /** What has come of a request once its body is there. */
    private static String read(Socket connection) throws IOException {
        var text = new StringBuilder();
        byte[] some = new byte[4096];
        while (text.indexOf("}}") < 0 && text.indexOf("\"details\":{}") < 0) {
            int count = connection.getInputStream().read(some);
            assertThat(count).as("the request ends early: " + text).isPositive();
            text.append(new String(some, 0, count, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    private static Webhook hook(int port, Duration timeout) {
        return new Webhook("ops", URI.create("http://127.0.0.1:" + port + "/"), Set.of(), Optional.empty(), timeout, 2);
    }

    private static Event change(String from, String to) {
        return new Event(1, Instant.EPOCH, "backend.state", "shop/i-01", Map.of("from", from, "to", to));
    }
}
