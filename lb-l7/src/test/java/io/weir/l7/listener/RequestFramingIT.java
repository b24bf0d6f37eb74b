package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.l7.listener.RawClient.RawAnswer;
import io.weir.net.Transport;
import io.weir.testkit.RecordingBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 6 and 7, RFC 9110 8.6, as a client and a backend see them. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire every line end counts
class RequestFramingIT {
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

    @ParameterizedTest
    @ValueSource(strings = {
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 5",
        "Content-Length: +5",
        "Content-Length: 0x5",
        "Content-Length:",
        "Content-Length: 99999999999999999999",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding:\u000bchunked",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\r\n: chunked",
        "X-A: b\r\n Transfer-Encoding: chunked",
        "X-A: b\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nX-A: b\rc",
        "Expect: 200-maybe\r\nContent-Length: 5"})
    void whatCouldBeReadInTwoWaysIsRefusedAndNeverForwarded(String fields) {
        try (RawClient client = proxy.client()) {
            RawAnswer answer = client
                .send("POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
                .answer();

            assertThat(answer.status()).isIn(400, 417);
            assertThat(answer.field("X-Weir-Reason")).startsWith("client; ");
            assertThat(answer.field("Connection")).isEqualTo("close");
            assertThat(client.closed()).isTrue();
        }
        assertThat(backend.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"5, HTTP/1.0", "chunked, HTTP/1.0"})
    void olderVersionsHaveNoBodyWhereItsEndIsDisputed(String body, String version) {
        String field = body.equals("chunked") ? "Transfer-Encoding: chunked" : "Content-Length: " + body;
        try (RawClient client = proxy.client()) {
            assertThat(client.send("GET / " + version + "\r\nHost: a\r\n" + field + "\r\n\r\nhello").answer().status()).isEqualTo(400);
        }
        assertThat(backend.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "5\nhello\n0\n\n", "5\r\nhelloX\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n", "x\r\n", "5\r\nhello\r\n\r\n",
        "5;\n\r\nhello\r\n0\r\n\r\n",
        "-1\r\n", "0\r\n\n", "10000000000000000\r\n", "0\r\nBad Trailer: x\r\n\r\n"})
    void malformedChunksAreRefusedAndNeverMakeAWholeRequest(String body) {
        try (RawClient client = proxy.client()) {
            RawAnswer answer = client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body).answer();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(client.closed()).isTrue();
        }
        assertThat(backend.requests()).isEmpty();
    }

    @Test
    void chunksArriveWithoutTheirExtensionsAndTrailers() {
        try (RawClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\nTrailer: X-T\r\n\r\n"
                    + "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX-T: v\r\n\r\n");

            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(client.get("/next").status()).isEqualTo(200);
        }
        assertThat(backend.requests().getFirst().body()).isEqualTo("hello world");
        assertThat(backend.requests().getFirst().field("Transfer-Encoding")).hasValue("chunked");
        assertThat(backend.requests().getFirst().field("Trailer")).isEmpty();
        assertThat(backend.accepted()).isEqualTo(1);
    }

    @Test
    void bodiesArriveWholeHoweverTheyAreCut() {
        String request = "PUT /cut HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world"
                + "POST /cut2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n";
        for (int cut = 1; cut < request.length(); cut += 7) {
            try (RawClient client = proxy.client()) {
                client.send(request.substring(0, cut));
                client.send(request.substring(cut));

                assertThat(client.answer().status()).as("cut at %d", cut).isEqualTo(200);
                assertThat(client.answer().status()).as("cut at %d", cut).isEqualTo(200);
            }
        }
        assertThat(backend.requests()).isNotEmpty().allSatisfy(request1 -> assertThat(request1.body()).isEqualTo("hello world"));
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            many.append(i % 3 == 0 ? "POST /" + i + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                    : "GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        try (RawClient client = proxy.client()) {
            client.send(many.toString());
            for (int i = 0; i < 300; i++) {
                assertThat(client.answer().status()).isEqualTo(200);
            }
        }
        for (int i = 0; i < 300; i++) {
            assertThat(backend.requests().get(i).target()).isEqualTo("/" + i);
        }
    }

    @Test
    void nothingIsReadAfterTheRequestThatClosesTheConnection() {
        try (RawClient client = proxy.client()) {
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");

            RawAnswer answer = client.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.field("Connection")).isEqualTo("close");
            assertThat(client.closed()).isTrue();
        }
        assertThat(backend.requests()).hasSize(1);
    }

    @Test
    void expectationsAreMetAtTheEdge() {
        try (RawClient client = proxy.client()) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(100);
            client.send("hello");

            assertThat(client.answer().status()).isEqualTo(200);
        }
        assertThat(backend.requests().getFirst().field("Expect")).isEmpty();
        assertThat(backend.requests().getFirst().body()).isEqualTo("hello");
    }

    @Test
    void otherProtocolsAreNotNegotiated() {
        try (RawClient client = proxy.client()) {
            assertThat(client.get("/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__").status())
                .isEqualTo(200);
            assertThat(client.send("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n").answer().status()).isEqualTo(501);
        }
        assertThat(backend.requests()).hasSize(1);
        assertThat(backend.requests().getFirst().field("Upgrade")).isEmpty();
        assertThat(backend.requests().getFirst().field("HTTP2-Settings")).isEmpty();
    }
}
