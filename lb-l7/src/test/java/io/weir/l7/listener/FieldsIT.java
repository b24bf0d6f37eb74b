package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.l7.listener.RawClient.RawAnswer;
import io.weir.net.Transport;
import io.weir.testkit.RecordedRequest;
import io.weir.testkit.RecordingBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // on the wire every line end counts
class FieldsIT {
    private RecordingBackend backend;
    private TestProxy proxy;
    private RawClient client;

    @BeforeEach
    void start() {
        backend = RecordingBackend.http("one");
        proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
        client = proxy.client();
    }

    @AfterEach
    void stop() {
        client.close();
        proxy.close();
        backend.close();
    }

    @Test
    void endToEndFieldsArriveAsTheyWereSent() {
        client.get("/a%2f?b=c;d", "X-A: 1", "x-a:\t2 ", "Cookie: c=d", "X-Text: \u00e9\u00ff", "Authorization: Basic eDp5");

        RecordedRequest seen = backend.requests().getFirst();
        assertThat(seen.line()).isEqualTo("GET /a%2f?b=c;d HTTP/1.1");
        assertThat(seen.values("X-A")).containsExactly("1", "2");
        assertThat(seen.field("Host")).hasValue("a.example");
        assertThat(seen.field("Cookie")).hasValue("c=d");
        assertThat(seen.field("X-Text")).hasValue("\u00e9\u00ff");
        assertThat(seen.field("Authorization")).hasValue("Basic eDp5");
    }

    @Test
    void fieldsOfThisHopEndHere() {
        client.get("/", "Connection: X-Secret, keep-alive, Host", "X-Secret: 1", "x-secret: 2", "Keep-Alive: timeout=5", "TE: trailers",
                "Proxy-Connection: keep-alive", "Trailer: X-T");

        RecordedRequest seen = backend.requests().getFirst();
        assertThat(seen.fields()).extracting(field -> field.substring(0, field.indexOf(':')))
            .containsExactly("Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port");
    }

    @Test
    void theBackendLearnsWhoTheClientIs() {
        client.get("/");

        RecordedRequest seen = backend.requests().getFirst();
        assertThat(seen.values("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(seen.values("X-Forwarded-Proto")).containsExactly("http");
        assertThat(seen.values("X-Forwarded-Port")).containsExactly(String.valueOf(proxy.address().getPort()));
    }

    @Test
    void whatTheClientSaysOfItsOriginIsAppendedToOrReplaced() {
        client.get("/", "X-Forwarded-For: 10.0.0.1", "X-Forwarded-Proto: https", "X-Forwarded-For: 10.0.0.2, 10.0.0.3",
                "X-Forwarded-Port: 443",
                "X_Forwarded_For: 6.6.6.6");

        RecordedRequest seen = backend.requests().getFirst();
        assertThat(seen.values("X-Forwarded-For")).containsExactly("10.0.0.1, 10.0.0.2, 10.0.0.3, 127.0.0.1");
        assertThat(seen.values("X-Forwarded-Proto")).containsExactly("http");
        assertThat(seen.values("X-Forwarded-Port")).containsExactly(String.valueOf(proxy.address().getPort()));
        assertThat(seen.field("X_Forwarded_For")).isEmpty();
    }

    @Test
    void aRequestWithoutHostGetsTheAddressThatItCameTo() {
        client.send("GET / HTTP/1.0\r\n\r\n").answer();

        RecordedRequest seen = backend.requests().getFirst();
        assertThat(seen.line()).isEqualTo("GET / HTTP/1.1");
        assertThat(seen.field("Host")).hasValue("127.0.0.1:" + proxy.address().getPort());
    }

    @Test
    void anAbsoluteTargetBecomesItsPathAndItsAuthorityTheHost() {
        client.send("GET http://b.example:81/x?y HTTP/1.1\r\nHost: B.example:81\r\n\r\n").answer();

        RecordedRequest seen = backend.requests().getFirst();
        assertThat(seen.target()).isEqualTo("/x?y");
        assertThat(seen.values("Host")).containsExactly("b.example:81");
    }

    @Test
    void answersLoseWhatBelongsToTheBackendsConnection() {
        try (var raw = RawBackend
            .answering("HTTP/1.1 200 Fine\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nX-Weir-Reason: forged\r\n"
                    + "X-End: 1\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n");
                var other = new TestProxy(Transport.EPOLL).pool("pool", raw.address()).publish();
                var reader = other.client()) {
            RawAnswer answer = reader.get("/");

            assertThat(answer.head()).isEqualTo("HTTP/1.1 200 Fine\r\nX-End: 1\r\nContent-Length: 0\r\n\r\n");
        }
    }
}
