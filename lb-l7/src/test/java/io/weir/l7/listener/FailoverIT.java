package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.BackendState;
import io.weir.core.model.ZoneTiers;
import io.weir.l7.exchange.HttpCounters;
import io.weir.l7.listener.RawClient.RawAnswer;
import io.weir.net.Transport;
import io.weir.testkit.Behaviour;
import io.weir.testkit.RecordingBackend;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailoverIT {
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aRefusedConnectMovesTheRequestToAnotherBackend(Transport transport) throws Exception {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(transport).pool("pool", refusing(), refusing(), backend.address()).publish();
                var client = proxy.client()) {
            for (int i = 0; i < 10; i++) {
                RawAnswer answer = client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello").answer();
                assertThat(answer.status()).isEqualTo(200);
            }
            assertThat(backend.requests()).hasSize(10).allSatisfy(request -> assertThat(request.body()).isEqualTo("hello"));
            assertThat(proxy.evidence()).contains("pool/b0 connect refused 1", "pool/b1 connect refused 1");
        }
    }

    @Test
    void theNextTierTakesOverWhenNoneOfTheFirstCanBeConnected() throws Exception {
        try (var backup = RecordingBackend.http("backup");
                var proxy = new TestProxy(Transport.EPOLL)
                    .pool("pool", TestProxy.TWO_TIERS, Duration.ofSeconds(2), OptionalInt.empty(), refusing(), backup.address())
                    .publish();
                var client = proxy.client()) {
            assertThat(client.get("/").body()).isEqualTo("backup\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ejectionConfinesNoRedispatch(Transport transport) throws Exception {
        try (var ejected = RecordingBackend.http("ejected");
                var proxy = new TestProxy(transport).pool("pool", refusing(), ejected.address())
                    .state("pool", "b1", BackendState.EJECTED)
                    .publish();
                var client = proxy.client()) {
            assertThat(client.get("/").body()).isEqualTo("ejected\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aRequestInFlightAtABackendThatIsEjectedIsNotCut(Transport transport) {
        var ejected = new CountDownLatch(1);
        try (var slow = new RawBackend(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsl");
            ejected.await();
            connection.write("ow");
        });
                var other = RecordingBackend.http("other");
                var proxy = new TestProxy(transport).pool("pool", slow.address(), other.address())
                    .state("pool", "b1", BackendState.EJECTED)
                    .publish();
                var client = proxy.client();
                var second = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Awaitility.await().until(() -> slow.accepted() == 1);

            proxy.state("pool", "b0", BackendState.EJECTED).state("pool", "b1", BackendState.HEALTHY).publish();
            assertThat(second.get("/").body()).isEqualTo("other\n");
            ejected.countDown();

            assertThat(client.answer().body()).isEqualTo("slow");
        }
    }

    @Test
    void noConnectionAtAllIsA503() throws Exception {
        try (var proxy = new TestProxy(Transport.EPOLL).pool("pool", refusing(), refusing()).publish(); var client = proxy.client()) {
            RawAnswer answer = client.get("/");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.field("X-Weir-Reason")).isEqualTo("backend; no backend could be connected");
            assertThat(answer.body()).isEqualTo("503 Service Unavailable: backend; no backend could be connected\n");
            assertThat(client.get("/").status()).as("the connection goes on").isEqualTo(503);
        }
    }

    @Test
    void anEmptyPoolIsA503() {
        try (var proxy = new TestProxy(Transport.EPOLL).pool("pool").publish(); var client = proxy.client()) {
            assertThat(client.get("/").field("X-Weir-Reason")).isEqualTo("weir; no backend is in service");
        }
    }

    @Test
    void aConnectThatHangsLeavesTimeForAnother() throws Exception {
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); var backend = RecordingBackend.http("one")) {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort());
            List<Socket> queued = fill(address);
            try (var proxy = new TestProxy(Transport.EPOLL)
                .pool("pool", TestProxy.TWO_TIERS, Duration.ofSeconds(4), OptionalInt.empty(), address, backend.address())
                .publish(); var client = proxy.client()) {
                assertThat(client.get("/").body()).isEqualTo("one\n");
                assertThat(proxy.evidence()).containsExactly("pool/b0 connect timed out 1");
            } finally {
                for (Socket socket : queued) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void aBackendAtItsLimitIsPassedOver() throws Exception {
        try (var backend = RecordingBackend.http("one").behave(Behaviour.SILENT);
                var proxy = new TestProxy(Transport.EPOLL)
                    .pool("pool", ZoneTiers.ALIKE, Duration.ofSeconds(1), OptionalInt.of(1), backend.address())
                    .publish();
                var first = proxy.client();
                var second = proxy.client()) {
            first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Awaitility.await().until(() -> !backend.requests().isEmpty());

            assertThat(second.get("/").field("X-Weir-Reason")).isEqualTo("weir; every backend is at its connection limit");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aStalePooledConnectionCostsNoIdempotentRequest(Transport transport) {
        try (var backend = closingOnTheSecondRequest();
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = proxy.client()) {
            assertThat(client.get("/1").body()).isEqualTo("ok");
            assertThat(client.get("/2").body()).isEqualTo("ok");
            assertThat(backend.accepted()).isEqualTo(2);
            assertThat(client.send("PUT /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello").answer().body()).isEqualTo("ok");
            assertThat(backend.accepted()).isEqualTo(3);
            assertThat(proxy.count(counters -> counters.retries())).isEqualTo(2);
        }
    }

    @Test
    void aRequestThatMightHaveHadAnEffectIsNotRepeated() {
        try (var backend = closingOnTheSecondRequest();
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = proxy.client()) {
            assertThat(client.get("/1").status()).isEqualTo(200);
            RawAnswer answer = client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").answer();

            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.field("X-Weir-Reason")).isEqualTo("backend; closed the connection before its answer");
            assertThat(backend.accepted()).isEqualTo(1);
        }
    }

    /** As a process does that was killed: its kernel goes on accepting for a while. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void anIdempotentRequestOnAConnectionThatADyingBackendStillAcceptedGoesToAnother(Transport transport) throws Exception {
        try (var dying = RecordingBackend.http("dying").behave(Behaviour.RESET);
                var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(transport).pool("pool", dying.address(), backend.address()).publish();
                var client = proxy.client()) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello").answer().status()).isEqualTo(200);
            }
            assertThat(backend.requests()).hasSize(4).allSatisfy(request -> assertThat(request.body()).isEqualTo("hello"));
            assertThat(proxy.count(HttpCounters::retries)).isEqualTo(2);
        }
    }

    @Test
    void aRequestOutlivesAZoneOfThreeDyingBackends() {
        try (var first = RecordingBackend.http("first").behave(Behaviour.RESET);
                var second = RecordingBackend.http("second").behave(Behaviour.RESET);
                var third = RecordingBackend.http("third").behave(Behaviour.RESET);
                var good = RecordingBackend.http("good");
                var proxy = new TestProxy(Transport.EPOLL)
                    .pool("pool", first.address(), second.address(), third.address(), good.address())
                    .publish();
                var client = proxy.client()) {
            for (int turn = 0; turn < 4; turn++) {
                assertThat(client.get("/").body()).contains("good");
            }
            assertThat(proxy.count(HttpCounters::retries)).isEqualTo(3 + 2 + 1);
        }
    }

    @Test
    void aRequestIsSentAgainThreeTimesAtMost() {
        try (var dying = RecordingBackend.http("dying").behave(Behaviour.RESET);
                var proxy = new TestProxy(Transport.EPOLL)
                    .pool("pool", dying.address(), dying.address(), dying.address(), dying.address(), dying.address())
                    .publish();
                var client = proxy.client()) {
            assertThat(client.get("/").status()).isEqualTo(502);
            assertThat(proxy.count(HttpCounters::retries)).isEqualTo(3);
        }
    }

    @Test
    void aBackendThatHasBegunToAnswerIsNotAskedAgainElsewhere() {
        try (var half = new RawBackend(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 2");
        });
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", half.address(), half.address()).publish();
                var client = proxy.client()) {
            assertThat(client.get("/").status()).isEqualTo(502);
            assertThat(half.accepted()).isEqualTo(1);
        }
    }

    @Test
    void aNewConnectionThatIsResetIsA502WhereThereIsNoOtherBackend() {
        try (var backend = RecordingBackend.http("one").behave(Behaviour.RESET);
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = proxy.client()) {
            assertThat(client.get("/").status()).isEqualTo(502);
        }
    }

    @Test
    void pooledConnectionsThatTheBackendClosedAreNotUsed() {
        try (var backend = RecordingBackend.http("one").behave(Behaviour.ANSWER_AND_CLOSE);
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = proxy.client()) {
            for (int i = 0; i < 50; i++) {
                assertThat(client.get("/").status()).isEqualTo(200);
            }
        }
    }

    private static RawBackend closingOnTheSecondRequest() {
        return new RawBackend(connection -> {
            if (connection.readHead()) {
                connection.in().skip(connection.head().contains("Content-Length: 5") ? 5 : 0);
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                connection.readHead();
            }
        });
    }

    /** A port that nobody listens on. */
    private static InetSocketAddress refusing() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }

    /** Connections until the backlog takes no more, so that further ones hang. */
    private static List<Socket> fill(InetSocketAddress address) throws Exception {
        List<Socket> sockets = new ArrayList<>();
        while (true) {
            Socket socket = new Socket();
            try {
                socket.connect(address, 300);
                sockets.add(socket);
            } catch (SocketTimeoutException full) {
                socket.close();
                return sockets;
            }
        }
    }
}
