package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.l7.listener.RawClient.RawAnswer;
import io.weir.net.Transport;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 6.3 and 9.3 for answers. */
class ResponseFramingIT {
    private static final String CLIENT_1_0 = "GET / HTTP/1.0\r\nHost: a\r\n\r\n";

    @Test
    void lengthsAndChunksPassAndTheConnectionIsUsedAgain() {
        try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: v\r\n\r\n");
                var proxy = proxy(backend);
                var client = proxy.client()) {
            for (int i = 0; i < 3; i++) {
                RawAnswer answer = client.get("/");
                assertThat(answer.body()).isEqualTo("hello");
                assertThat(answer.field("Transfer-Encoding")).isEqualTo("chunked");
            }
            assertThat(backend.accepted()).isEqualTo(1);
        }
    }

    @Test
    void clientsOfHttp10GetNoChunks() {
        try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
                var proxy = proxy(backend);
                var client = proxy.client()) {
            RawAnswer answer = client.send(CLIENT_1_0).answer();

            assertThat(answer.field("Transfer-Encoding")).isEmpty();
            assertThat(answer.field("Connection")).isEqualTo("close");
            assertThat(answer.body()).isEqualTo("hello");
        }
    }

    @Test
    void clientsOfHttp10MayKeepTheirConnection() {
        try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                var proxy = proxy(backend);
                var client = proxy.client()) {
            for (int i = 0; i < 2; i++) {
                RawAnswer answer = client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").answer();
                assertThat(answer.field("Connection")).isEqualTo("keep-alive");
                assertThat(answer.body()).isEqualTo("ok");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAnswerThatEndsWithItsConnectionIsChunkedForTheClient(Transport transport) {
        String body = "0123456789".repeat(100_000);
        try (var backend = new RawBackend(connection -> {
            if (connection.readHead()) {
                connection.write("HTTP/1.1 200 OK\r\n\r\n" + body);
            }
        });
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = proxy.client()) {
            for (int i = 0; i < 2; i++) {
                RawAnswer answer = client.get("/");
                assertThat(answer.field("Transfer-Encoding")).isEqualTo("chunked");
                assertThat(answer.body()).isEqualTo(body);
            }
            assertThat(client.send(CLIENT_1_0).answer().body()).isEqualTo(body);
        }
    }

    @Test
    void answersWithoutABodyEndWithTheirHead() {
        try (var backend = new RawBackend(connection -> {
            while (connection.readHead()) {
                boolean head = connection.head().startsWith("HEAD");
                boolean notModified = connection.head().contains("/304");
                connection.write(head || notModified
                        ? "HTTP/1.1 " + (head ? "200 OK" : "304 Not Modified") + "\r\nContent-Length: 99\r\n\r\n"
                        : "HTTP/1.1 204 No Content\r\nContent-Length: 99\r\n\r\n");
            }
        });
                var proxy = proxy(backend);
                var client = proxy.client()) {
            assertThat(client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").answer(true).field("Content-Length")).isEqualTo("99");
            assertThat(client.get("/304").field("Content-Length")).isEqualTo("99");
            assertThat(client.get("/204").field("Content-Length")).isEmpty();
            assertThat(client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").answer(true).status()).isEqualTo(200);
            assertThat(backend.accepted()).isEqualTo(1);
        }
    }

    @Test
    void interimAnswersArePassedOnBut100IsNot() {
        try (var backend = RawBackend.answering(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                var proxy = proxy(backend);
                var client = proxy.client()) {
            RawAnswer hints = client.get("/");
            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.field("Link")).isEqualTo("</a>");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(client.send(CLIENT_1_0).answer().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-A : b\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "SSH-2.0-OpenSSH\r\n"})
    void malformedAnswersBecomeA502(String answer) {
        try (var backend = RawBackend.answering(answer); var proxy = proxy(backend); var client = proxy.client()) {
            RawAnswer seen = client.get("/");

            assertThat(seen.status()).isEqualTo(502);
            assertThat(seen.field("X-Weir-Reason")).startsWith("backend; ");
        }
    }

    @Test
    void aHeadInPiecesIsPutTogether() {
        try (var backend = new RawBackend(connection -> {
            while (connection.readHead()) {
                for (String piece : "HTTP/1.1 200 OK|\r|\nContent-|Length: 2|\r\n\r|\no|k".split("\\|", -1)) {
                    connection.write(piece);
                }
            }
        });
                var proxy = proxy(backend);
                var client = proxy.client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("/").body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void aBodyThatIsCutOffCutsTheClientOff() {
        try (var backend = new RawBackend(connection -> {
            if (connection.readHead()) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive5");
            }
        });
                var proxy = proxy(backend);
                var client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            byte[] all = new byte[4096];
            int count = 0;
            for (int read = 0; read >= 0; read = client.read(all)) {
                count = Math.max(count, read);
            }
            assertThat(new String(all, 0, count, StandardCharsets.ISO_8859_1)).endsWith("five5");
        }
    }

    @Test
    void whatFollowsAnAnswerIsNobodysAnswer() {
        try (var backend = RawBackend.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
                var proxy = proxy(backend);
                var client = proxy.client()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.get("/").body()).isEqualTo("ok");
            }
            assertThat(backend.accepted()).isEqualTo(5);
        }
    }

    private static TestProxy proxy(RawBackend backend) {
        return new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
    }
}
