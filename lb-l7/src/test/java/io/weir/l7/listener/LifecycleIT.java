package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.limit.Refusal;
import io.weir.core.model.AdminState;
import io.weir.core.model.HttpLimits;
import io.weir.core.model.Route;
import io.weir.core.model.Route.PathMatch;
import io.weir.l7.listener.RawClient.RawAnswer;
import io.weir.net.Transport;
import io.weir.testkit.Behaviour;
import io.weir.testkit.RecordingBackend;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LifecycleIT {
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientThatEndsItsSendingHalfIsAnswered(Transport transport) {
        try (var backend = RecordingBackend.http("one").delay(Duration.ofMillis(100));
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = proxy.client()) {
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n").endOutput();

            assertThat(client.answer().body()).isEqualTo("one\n");
            assertThat(client.answer().body()).isEqualTo("one\n");
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void aBodyThatEndsEarlyIsNoRequest() {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = proxy.client()) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfive5").endOutput();

            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.closed()).isTrue();
            Awaitility.await().until(() -> backend.open() == 0);
            assertThat(backend.requests()).isEmpty();
        }
    }

    @Test
    void routesDecideByHostAndPathAndAnUnmatchedRequestIsA404() {
        try (var shop = RecordingBackend.http("shop");
                var cart = RecordingBackend.http("cart");
                var proxy = new TestProxy(Transport.EPOLL).pool("shop", shop.address())
                    .pool("cart", cart.address())
                    .routes(
                            new Route("cart", List.of("*.example"), new PathMatch.Prefix("/cart"), "cart", Optional.empty()),
                            new Route("shop", List.of("shop.example"), new PathMatch.Any(), "shop", Optional.empty()))
                    .noFallback()
                    .publish();
                var client = proxy.client()) {
            assertThat(ask(client, "shop.example:8080", "/cart/1?x=/y").body()).isEqualTo("cart\n");
            assertThat(ask(client, "SHOP.example", "/carts").body()).isEqualTo("shop\n");
            assertThat(ask(client, "shop.example", "/").body()).isEqualTo("shop\n");
            RawAnswer none = ask(client, "a.example", "/");
            assertThat(none.status()).isEqualTo(404);
            assertThat(none.field("X-Weir-Reason")).isEqualTo("client; no route matches");
            assertThat(ask(client, "shop.example", "/").body()).as("the connection goes on").isEqualTo("shop\n");
        }
    }

    @Test
    void eachRequestSeesTheNewestSnapshot() {
        try (var one = RecordingBackend.http("one");
                var two = RecordingBackend.http("two");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", one.address()).publish();
                var client = proxy.client()) {
            assertThat(client.get("/").body()).isEqualTo("one\n");
            proxy.pool("pool", two.address()).publish();
            assertThat(client.get("/").body()).isEqualTo("two\n");
            Awaitility.await().untilAsserted(() -> assertThat(one.open()).as("idle connections to who is gone").isZero());
        }
    }

    @Test
    void drainingLetsTheRequestFinishAndThenSaysClose() {
        try (var backend = RecordingBackend.http("one").delay(Duration.ofMillis(300));
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var busy = proxy.client();
                var idle = proxy.client()) {
            assertThat(idle.get("/").status()).isEqualTo(200);
            busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Awaitility.await().until(() -> backend.requests().size() == 2);

            proxy.listener().stopAccepting().join();
            proxy.listener().drain();

            assertThat(idle.closed()).isTrue();
            RawAnswer last = busy.answer();
            assertThat(last.status()).isEqualTo(200);
            assertThat(last.field("Connection")).isEqualTo("close");
            assertThat(busy.closed()).isTrue();
            Awaitility.await().until(() -> proxy.listener().open() == 0);
        }
    }

    @Test
    void disablingABackendEndsWhatIsUnderWayThere() {
        try (var backend = RecordingBackend.http("one").behave(Behaviour.SILENT);
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Awaitility.await().until(() -> backend.requests().size() == 1);

            proxy.adminState("pool", "b0", AdminState.DISABLED).publish();

            assertThat(client.answer().field("X-Weir-Reason")).isEqualTo("weir; the backend was taken out of service");
            Awaitility.await().until(() -> backend.open() == 0);
        }
    }

    @Test
    void drainingABackendLetsWhatIsUnderWayThereFinish() {
        try (var backend = RecordingBackend.http("one").delay(Duration.ofMillis(300));
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Awaitility.await().until(() -> backend.requests().size() == 1);

            proxy.adminState("pool", "b0", AdminState.DRAIN).publish();

            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aListenerThatIsGoneAnswersItsLastConnectionsWith503() {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = proxy.client()) {
            assertThat(client.get("/").status()).isEqualTo(200);
            proxy.withoutListener().publish();
            assertThat(client.get("/").status()).isEqualTo(503);
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void aFullListenerClosesFurtherConnectionsAtOnce() {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).maxConnections(1).publish()) {
            try (var first = proxy.client(); var second = proxy.client()) {
                assertThat(first.get("/").status()).isEqualTo(200);
                assertThat(second.closed()).isTrue();
            }
            Awaitility.await().until(() -> proxy.listener().open() == 0);
            try (var third = proxy.client()) {
                assertThat(third.get("/").status()).isEqualTo(200);
            }
            assertThat(proxy.count(counters -> counters.refused().get(Refusal.LISTENER_FULL))).isEqualTo(1);
        }
    }

    @Test
    void anAccessListClosesWhomItKeepsOutUntilItIsChanged() {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).allow("10.0.0.0/8").publish()) {
            try (var client = proxy.client()) {
                assertThat(client.closed()).isTrue();
            }
            assertThat(proxy.count(counters -> counters.refused().get(Refusal.ACCESS_LIST))).isEqualTo(1);
            proxy.allow("127.0.0.1").publish();
            try (var client = proxy.client()) {
                assertThat(client.get("/").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aConnectionEndsAfterItsShareOfRequests() {
        HttpLimits three = new HttpLimits(1 << 15, 1 << 13, 100, 1 << 20, 3, 100);
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).limits(three).publish();
                var client = proxy.client()) {
            assertThat(client.get("/").field("Connection")).isEmpty();
            assertThat(client.get("/").field("Connection")).isEmpty();
            assertThat(client.get("/").field("Connection")).isEqualTo("close");
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void limitsAreKeptAndNamed() {
        HttpLimits small = new HttpLimits(1 << 10, 64, 8, 10, 100, 100);
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).limits(small).publish()) {
            assertThat(once(proxy, "GET /" + "a".repeat(64) + " HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(414);
            assertThat(once(proxy, "GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(1024) + "\r\n\r\n")).isEqualTo(431);
            assertThat(once(proxy, "GET / HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n".repeat(8) + "\r\n")).isEqualTo(431);
            assertThat(once(proxy, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n")).isEqualTo(413);
            assertThat(once(proxy, "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello")).isEqualTo(413);
            assertThat(backend.requests()).isEmpty();
        }
    }

    private static RawAnswer ask(RawClient client, String host, String path) {
        return client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").answer();
    }

    private static int once(TestProxy proxy, String request) {
        try (var client = proxy.client()) {
            return client.send(request).answer().status();
        }
    }
}
