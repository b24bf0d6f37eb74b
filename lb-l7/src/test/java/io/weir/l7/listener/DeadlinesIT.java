package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.HttpLimits;
import io.weir.core.model.HttpTimeouts;
import io.weir.core.model.Route;
import io.weir.core.model.Route.PathMatch;
import io.weir.l7.exchange.Cut;
import io.weir.l7.listener.RawClient.RawAnswer;
import io.weir.net.Transport;
import io.weir.testkit.Behaviour;
import io.weir.testkit.RecordingBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class DeadlinesIT {
    private static final Duration SOON = Duration.ofMillis(300);
    private static final Duration LATE = Duration.ofSeconds(30);

    @Test
    void aConnectionThatSendsNothingIsClosed() {
        try (var proxy = proxy(new HttpTimeouts(SOON, LATE, LATE, LATE), RecordingBackend.http("one")); var client = proxy.client()) {
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void anIdleConnectionIsClosedAfterItsLastAnswer() {
        try (var backend = RecordingBackend.http("one");
                var proxy = proxy(new HttpTimeouts(SOON, LATE, LATE, LATE), backend);
                var client = proxy.client()) {
            assertThat(client.get("/").status()).isEqualTo(200);
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void aHeadThatTakesTooLongIsA408() {
        try (var backend = RecordingBackend.http("one");
                var proxy = proxy(new HttpTimeouts(LATE, SOON, LATE, LATE), backend);
                var client = proxy.client()) {
            RawAnswer answer = client.send("GET / HTTP/1.1\r\nHost: a").answer();

            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.field("X-Weir-Reason")).isEqualTo("client; request head did not arrive in time");
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void aHeadThatTricklesIsA408AtItsDeadlineToo() throws Exception {
        try (var backend = RecordingBackend.http("one");
                var proxy = proxy(new HttpTimeouts(LATE, SOON, LATE, LATE), backend);
                var client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n");
            trickle(client, "X-A: b\r\n");

            assertThat(client.answer().status()).isEqualTo(408);
        }
    }

    @Test
    void aBodyThatTricklesIsA408() throws Exception {
        try (var backend = RecordingBackend.http("one");
                var proxy = proxy(new HttpTimeouts(LATE, LATE, LATE, SOON), backend);
                var client = proxy.client()) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n");
            trickle(client, "x");

            RawAnswer answer = client.answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.field("X-Weir-Reason")).isEqualTo("client; request body arrived too slowly");
        }
    }

    @Test
    void aBodyMayTrickleWhereNoMinimumIsSet() throws Exception {
        var limits = new HttpLimits(1 << 15, 1 << 13, 100, 1 << 20, 100, 100, 0);
        try (var backend = RecordingBackend.http("one");
                var proxy = proxy(new HttpTimeouts(LATE, LATE, LATE, SOON), backend).limits(limits).publish();
                var client = proxy.client()) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n");
            trickle(client, "x");

            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    /** Sends the same forty times, every 50 ms: never a pause. */
    private static void trickle(RawClient client, String part) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 40; i++) {
            client.send(part);
            never.await(50, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void whoHoldsMemoryForTooLongIsCutWhenItRunsOut() throws Exception {
        String body = "x".repeat(8 << 20);
        try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                var proxy = new TestProxy(Transport.EPOLL, 128 << 10).pool("pool", backend.address()).publish()) {
            List<RawClient> hogs = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                hogs.add(RawClient.to(proxy.address(), 16 * 1024).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
            }
            Awaitility.await().until(() -> proxy.count(counters -> counters.cut(Cut.CLIENT_EVICTED)) > 0);
            Awaitility.await().until(() -> proxy.heldBytes() <= 128 << 10);
            hogs.forEach(RawClient::close);
            Awaitility.await().until(() -> proxy.heldBytes() == 0);
        }
    }

    @Test
    void whileMemoryRunsOutRequestsAreA503() {
        try (var backend = RecordingBackend.http("one");
                var proxy = proxy(HttpTimeouts.DEFAULT, backend);
                var client = proxy.client()) {
            assertThat(client.get("/").status()).isEqualTo(200);
            proxy.shed(true);
            assertThat(client.get("/").status()).isEqualTo(503);
            proxy.shed(false);
            assertThat(client.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void aBodyThatPausesTooLongIsA408() {
        try (var backend = RecordingBackend.http("one");
                var proxy = proxy(new HttpTimeouts(LATE, LATE, LATE, SOON), backend);
                var client = proxy.client()) {
            RawAnswer answer = client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfive5").answer();

            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.field("X-Weir-Reason")).isEqualTo("client; request body did not arrive in time");
            assertThat(backend.requests()).isEmpty();
        }
    }

    @Test
    void aBackendThatDoesNotAnswerIsA504() {
        try (var backend = RecordingBackend.http("one").behave(Behaviour.SILENT);
                var proxy = proxy(new HttpTimeouts(LATE, LATE, SOON, LATE), backend);
                var client = proxy.client()) {
            RawAnswer answer = client.get("/");
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.field("X-Weir-Reason")).isEqualTo("backend; did not answer in time");
            assertThat(client.get("/again").status()).as("the connection goes on").isEqualTo(504);
            Awaitility.await().until(() -> backend.open() == 0);
        }
    }

    @Test
    void aRouteMaySetItsOwnTime() {
        try (var backend = RecordingBackend.http("one").behave(Behaviour.SILENT);
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address())
                    .routes(new Route("quick", List.of(), new PathMatch.Prefix("/quick"), "pool", Optional.of(SOON)))
                    .publish();
                var client = proxy.client()) {
            assertThat(client.get("/quick").status()).isEqualTo(504);
        }
    }

    @Test
    void anAnswerThatPausesTooLongIsCutOff() {
        try (var backend = new RawBackend(connection -> {
            if (connection.readHead()) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive5");
                var _ = connection.in().read();
            }
        });
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address())
                    .timeouts(new HttpTimeouts(LATE, LATE, LATE, SOON))
                    .publish();
                var client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Awaitility.await().until(() -> proxy.count(counters -> counters.cut(Cut.BACKEND_STALLED)) == 1);
        }
    }

    @Test
    void aClientThatDoesNotReadIsCutOff() {
        String body = "x".repeat(16 * 1024 * 1024);
        try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address())
                    .timeouts(new HttpTimeouts(LATE, LATE, LATE, SOON))
                    .publish();
                var client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Awaitility.await().until(() -> proxy.count(counters -> counters.cut(Cut.CLIENT_STALLED)) == 1);
        }
    }

    @Test
    void aClientThatReadsSlowlyIsNot() throws Exception {
        String body = "x".repeat(4 * 1024 * 1024);
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n";
        try (var backend = RawBackend.answering(head + body);
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address())
                    .timeouts(new HttpTimeouts(SOON, LATE, LATE, SOON))
                    .publish();
                var client = RawClient.to(proxy.address(), 16 * 1024)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            byte[] some = new byte[256 * 1024];
            CountDownLatch never = new CountDownLatch(1);
            int left = head.length() + body.length();
            while (left > 0) {
                int count = client.read(some);
                assertThat(count).as("with %d bytes left", left).isPositive();
                left -= count;
                if (left % 3 == 0) {
                    never.await(50, TimeUnit.MILLISECONDS);
                }
            }
            assertThat(proxy.count(counters -> counters.answered())).isEqualTo(1);
        }
    }

    private static TestProxy proxy(HttpTimeouts timeouts, RecordingBackend backend) {
        return new TestProxy(Transport.EPOLL).pool("pool", backend.address()).timeouts(timeouts).publish();
    }
}
