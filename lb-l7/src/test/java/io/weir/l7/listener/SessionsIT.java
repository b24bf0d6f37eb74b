package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.core.health.BackendKey;
import io.weir.core.model.Cidr;
import io.weir.l7.exchange.Cut;
import io.weir.net.Transport;
import io.weir.net.session.SessionFilter;
import io.weir.net.session.SessionInfo;
import io.weir.testkit.Behaviour;
import io.weir.testkit.RecordingBackend;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionsIT {
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aConnectionBetweenRequestsIsOneWithoutABackendAndKickedWithAReset(Transport transport) {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = proxy.client()) {
            assertThat(client.get("/").status()).isEqualTo(200);

            assertThat(list(proxy, SessionFilter.ALL)).singleElement().satisfies(session -> {
                assertThat(session.listener()).isEqualTo("web");
                assertThat(session.client().getAddress().isLoopbackAddress()).isTrue();
                assertThat(session.backend()).isEmpty();
                assertThat(session.bytesToBackend()).as("from the client").isPositive();
                assertThat(session.bytesToClient()).isPositive();
                assertThat(session.age()).isPositive();
            });
            assertThat(kick(proxy, SessionFilter.ALL)).isEqualTo(1);
            assertThat(client.reset()).isTrue();
            await().until(() -> proxy.sessions().count() == 0 && proxy.listener().open() == 0);
            assertThat(proxy.count(counters -> counters.cut(Cut.KICKED))).isEqualTo(1);
            assertThat(proxy.count(counters -> counters.cut(Cut.CLIENT_GONE))).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aRequestUnderWayIsFoundByItsBackendAndEndedOnBothSides(Transport transport) {
        try (var backend = RecordingBackend.http("one").behave(Behaviour.SILENT);
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var waiting = proxy.client();
                var idle = proxy.client()) {
            waiting.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> backend.requests().size() == 1 && proxy.sessions().count() == 2);
            SessionFilter atIt = new SessionFilter(Optional.of("web"), Optional.of("pool"), Optional.of("b0"), Optional.empty(),
                    Optional.empty());

            assertThat(list(proxy, atIt)).singleElement().satisfies(session -> {
                assertThat(session.backend()).contains(new BackendKey("pool", "b0"));
                assertThat(session.address()).contains(backend.address());
            });
            assertThat(kick(proxy, atIt)).isEqualTo(1);
            assertThat(waiting.reset()).isTrue();
            await().until(() -> backend.open() == 0);
            backend.behave(Behaviour.ANSWER);
            assertThat(idle.get("/").status()).as("the other one lives on").isEqualTo(200);
        }
    }

    @Test
    void theClientIsTheOneThatAProxyHeaderNamed() {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).proxyProtocolFrom("127.0.0.0/8").pool("pool", backend.address()).publish();
                var client = proxy.client()) {
            client.send("PROXY TCP4 192.0.2.7 192.0.2.1 5000 80\r\n");
            assertThat(client.get("/").status()).isEqualTo(200);

            assertThat(list(proxy, from("192.0.2.0/24"))).hasSize(1);
            assertThat(list(proxy, from("127.0.0.0/8"))).isEmpty();
        }
    }

    @Test
    void ofManyTheNewestAreListed() {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var first = proxy.client();
                var second = proxy.client()) {
            assertThat(first.get("/").status()).isEqualTo(200);
            assertThat(second.get("/").status()).isEqualTo(200);

            assertThat(proxy.sessions().list(SessionFilter.ALL, 2).join()).extracting(SessionInfo::age).isSorted();
            assertThat(proxy.sessions().list(SessionFilter.ALL, 1).join()).hasSize(1);
        }
    }

    private static SessionFilter from(String network) {
        return new SessionFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(Cidr.parse(network)), Optional.empty());
    }

    private static List<SessionInfo> list(TestProxy proxy, SessionFilter filter) {
        return proxy.sessions().list(filter, 100).join();
    }

    private static int kick(TestProxy proxy, SessionFilter filter) {
        return proxy.sessions().kick(filter).join();
    }
}
