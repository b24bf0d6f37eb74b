package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Desync;
import io.weir.l7.guard.Framing;
import io.weir.l7.guard.Verdict;
import io.weir.l7.listener.RawClient.RawAnswer;
import io.weir.net.Transport;
import io.weir.testkit.RecordedRequest;
import io.weir.testkit.RecordingBackend;
import java.util.Arrays;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each mode of {@code desync} lets through, as a client and a backend see it. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire every line end counts
class DesyncIT {
    private RecordingBackend backend;
    private TestProxy proxy;

    @BeforeEach
    void start() {
        backend = RecordingBackend.http("one");
        proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
    }

    @AfterEach
    void stop() {
        proxy.close();
        backend.close();
    }

    /** A tilde is a line end. */
    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            GET / HTTP/1.1~Host: a~~                                                  ! COMPLIANT
            GET / HTTP/1.0~~                                                          ! COMPLIANT
            GET / HTTP/1.9~Host: a~~                                                  ! COMPLIANT
            HEAD / HTTP/1.1~Host: a~~                                                 ! COMPLIANT
            GET http://a/ HTTP/1.1~Host: A:80~~                                       ! COMPLIANT
            OPTIONS * HTTP/1.1~Host: a~~                                              ! COMPLIANT
            DELETE / HTTP/1.1~Host: a~Content-Length: 0~~                             ! COMPLIANT
            POST / HTTP/1.1~Host: a~Content-Length: 2~~hi                             ! COMPLIANT
            POST / HTTP/1.0~Content-Length: 2~~hi                                     ! COMPLIANT
            PUT / HTTP/1.1~Host: a~Transfer-Encoding: Chunked~~2;a="b"~hi~0~T: v~~    ! COMPLIANT
            GET / HTTP/1.1~Host: a~Connection: ,close,, x~~                           ! COMPLIANT
            GET / HTTP/1.1~Host: a~Upgrade: h2c~Connection: Upgrade, HTTP2-Settings~HTTP2-Settings: AA~~ ! COMPLIANT
            ~GET / HTTP/1.1~Host: a~~                                                 ! ACCEPTABLE
            POST / HTTP/1.1~Host: a~Content-Length: 002~~hi                           ! ACCEPTABLE
            GET / HTTP/1.1~Host: a~Content-Length: 0~~                                ! ACCEPTABLE
            GET / HTTP/1.1~Host: a~Content-Length: 2~~hi                              ! ACCEPTABLE
            HEAD / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~0~~                   ! ACCEPTABLE
            TRACE / HTTP/1.1~Host: a~Content-Length: 0~~                              ! ACCEPTABLE
            GET / HTTP/1.1~Host: a~Expect: 100-continue~~                             ! ACCEPTABLE
            GET / HTTP/1.1~Host: a~Transfer_Encoding: chunked~~                       ! ACCEPTABLE
            POST / HTTP/1.1~Host: a~Content-Length: 2, 2~~hi                          ! AMBIGUOUS
            POST / HTTP/1.1~Host: a~Content-Length: 2~Content-Length: 2~~hi           ! AMBIGUOUS
            POST / HTTP/1.1~Host: a~Content-Length: 9~Transfer-Encoding: chunked~~2~hi~0~~ ! AMBIGUOUS
            GET / HTTP/1.0~Content-Length: 2~~hi                                      ! AMBIGUOUS
            GET http://b/ HTTP/1.1~Host: a~~                                          ! AMBIGUOUS
            GET / HTTP/1.1~Host: a~Connection: close; x~~                             ! AMBIGUOUS
            POST / HTTP/1.1~Host: a~Content-Length: 2~Content-Length: 3~~hi           ! SEVERE
            POST / HTTP/1.1~Host: a~Content-Length: -2~~hi                            ! SEVERE
            POST / HTTP/1.1~Host: a~Content-Length: x~Transfer-Encoding: chunked~~0~~ ! SEVERE
            POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~0~~             ! SEVERE
            POST / HTTP/1.1~Host: a~Transfer-Encoding: identity~Content-Length: 2~~hi ! SEVERE
            POST / HTTP/1.0~Transfer-Encoding: chunked~~0~~                           ! SEVERE
            TRACE / HTTP/1.1~Host: a~Content-Length: 2~~hi                            ! SEVERE
            GET / HTTP/1.1~Host: a~ Folded: b~~                                       ! SEVERE
            GET / HTTP/1.1~Host: a~Host: a~~                                          ! SEVERE
            GET / HTTP/1.1~X-A: b~~                                                   ! SEVERE
            GET / HTTP/1.1~Host : a~~                                                 ! SEVERE
            GET  / HTTP/1.1~Host: a~~                                                 ! SEVERE
            ~~GET / HTTP/1.1~Host: a~~                                                ! SEVERE
            """)
    void aModeLetsThroughWhatItsNameSays(String request, Framing framing) {
        for (Desync mode : Desync.values()) {
            proxy.desync(mode).publish();
            long before = count(framing);
            int seen = backend.requests().size();
            boolean refused = framing.refusedBy(mode);
            try (RawClient client = proxy.client()) {
                RawAnswer answer = client.send(request.replace("~", "\r\n")).answer(request.contains("HEAD"));
                assertThat(answer.status()).as(mode.name()).isEqualTo(refused ? 400 : 200);
            }
            assertThat(count(framing)).as(mode.name()).isEqualTo(before + 1);
            assertThat(backend.requests()).as(mode.name()).hasSize(refused ? seen : seen + 1);
        }
    }

    @Test
    void anAmbiguousRequestIsForwardedInOneReadingAndEndsBothConnections() {
        proxy.desync(Desync.MONITOR).publish();
        try (RawClient client = proxy.client()) {
            RawAnswer answer = client.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nhello\r\n0\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
                .answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.field("Connection")).isEqualTo("close");
            assertThat(client.closed()).isTrue();
        }
        RecordedRequest seen = backend.requests().getFirst();
        assertThat(backend.requests()).hasSize(1);
        assertThat(seen.body()).isEqualTo("hello");
        assertThat(seen.values("Transfer-Encoding")).containsExactly("chunked");
        assertThat(seen.values("Content-Length")).isEmpty();
        Awaitility.await().until(() -> backend.open() == 0);
    }

    @Test
    void repeatedLengthsAreForwardedAsOne() {
        proxy.desync(Desync.MONITOR).publish();
        try (RawClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 05, 5\r\nX-A: b\r\nContent-Length: 5\r\n\r\nhello").answer();
        }
        assertThat(backend.requests().getFirst().values("Content-Length")).containsExactly("5");
        assertThat(backend.requests().getFirst().body()).isEqualTo("hello");
    }

    @Test
    void limitsAreNoMatterOfFraming() {
        proxy.desync(Desync.MONITOR).publish();
        try (RawClient client = proxy.client()) {
            assertThat(client.get("/" + "x".repeat(9000)).status()).isEqualTo(414);
        }
        try (RawClient client = proxy.client()) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nExpect: x\r\nContent-Length: 1\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(417);
        }
        assertThat(count(Framing.COMPLIANT)).isEqualTo(2);
    }

    @Test
    void aMalformedBodyIsCountedAsSevereBesideItsHead() {
        try (RawClient client = proxy.client()) {
            assertThat(client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n").answer().status())
                .isEqualTo(400);
        }
        assertThat(count(Framing.COMPLIANT)).isEqualTo(1);
        assertThat(proxy.count(counters -> counters.judged(Verdict.BAD_CHUNK))).isEqualTo(1);
    }

    private long count(Framing framing) {
        return Arrays.stream(Verdict.values())
            .filter(verdict -> verdict.framing() == framing)
            .mapToLong(verdict -> proxy.count(counters -> counters.judged(verdict)))
            .sum();
    }
}
