package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Sorry;
import io.weir.l7.exchange.HttpCounters;
import io.weir.l7.listener.RawClient.RawAnswer;
import io.weir.net.Transport;
import io.weir.testkit.RecordingBackend;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients of a pool without quorum get. */
class SorryIT {
    private static final Sorry.Page PAGE = new Sorry.Page(503, "<h1>Zurück um 5</h1>", Duration.ofSeconds(5));

    @ParameterizedTest
    @EnumSource(Transport.class)
    void withoutQuorumTheSorryPageIsGivenAndTheConnectionGoesOn(Transport transport) {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(transport).pool("pool", backend.address()).sorry("pool", PAGE).quorum("pool", false).publish();
                var client = proxy.client()) {
            RawAnswer answer = client.get("/");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.field("Retry-After")).isEqualTo("5");
            assertThat(answer.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
            assertThat(answer.field("Content-Length")).isEqualTo("21");
            assertThat(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello").answer().status()).isEqualTo(503);

            proxy.quorum("pool", true).publish();
            assertThat(client.get("/").body()).isEqualTo("one\n");
            assertThat(backend.requests()).hasSize(1);
            assertThat(proxy.count(HttpCounters::sorryPages)).isEqualTo(2);
            assertThat(proxy.count(counters -> counters.statusClass(5))).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void withoutQuorumTheSorryPoolServes(Transport transport) {
        try (var backend = RecordingBackend.http("one");
                var other = RecordingBackend.http("other");
                var proxy = new TestProxy(transport).pool("pool", backend.address())
                    .pool("sorry", other.address())
                    .sorry("pool", new Sorry.Redirected("sorry"))
                    .quorum("pool", false)
                    .publish();
                var client = proxy.client()) {
            assertThat(client.get("/").body()).isEqualTo("other\n");

            proxy.quorum("pool", true).publish();
            assertThat(client.get("/").body()).isEqualTo("one\n");
        }
    }

    @Test
    void aSorryPoolWithoutQuorumGivesItsOwnPage() {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address())
                    .pool("sorry", backend.address())
                    .sorry("pool", new Sorry.Redirected("sorry"))
                    .sorry("sorry", PAGE)
                    .quorum("pool", false)
                    .quorum("sorry", false)
                    .publish();
                var client = proxy.client()) {
            assertThat(client.get("/").status()).isEqualTo(503);
            assertThat(proxy.count(HttpCounters::sorryPages)).isEqualTo(1);
        }
    }

    @Test
    void aRequestWhoseBodyHasNotComeEndsItsConnection() {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address())
                    .sorry("pool", PAGE)
                    .quorum("pool", false)
                    .publish();
                var client = proxy.client()) {
            RawAnswer answer = client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe").answer();

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.field("Connection")).isEqualTo("close");
        }
    }

    @Test
    void aPageWithoutBodyOrRetryAfterSaysNoMoreThanItMust() {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address())
                    .sorry("pool", new Sorry.Page(204, "ignored", Duration.ZERO))
                    .quorum("pool", false)
                    .publish();
                var client = proxy.client()) {
            for (int i = 0; i < 2; i++) {
                RawAnswer answer = client.get("/");
                assertThat(answer.status()).isEqualTo(204);
                assertThat(answer.head()).doesNotContain("Retry-After").doesNotContain("Content-");
            }
        }
    }
}
