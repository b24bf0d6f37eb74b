package io.weir.l7.listener;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.HttpLimits;
import io.weir.core.model.HttpTimeouts;
import io.weir.core.model.Sorry;
import io.weir.l7.exchange.Cut;
import io.weir.l7.exchange.HttpCounters;
import io.weir.l7.h2.ErrorCode;
import io.weir.l7.h2.Frame;
import io.weir.net.Transport;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTP/2 with prior knowledge in front, HTTP/1.1 behind. */
class Http2IT {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nX-Path: yes\r\nContent-Length: 5\r\n\r\nhello";
    private static final int LARGE = 32 * 1024 * 1024;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aRequestGoesToABackendOfHttp1AndItsAnswerComesBack(Transport transport) {
        try (var backend = new RecordedBackend(HELLO);
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            Http2Client.Answer answer = client.get("/a?b=c", "x-mine", "1", "cookie", "a=1", "cookie", "b=2", "te", "trailers");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(answer.field("x-path")).isEqualTo("yes");
            assertThat(backend.head()).startsWith("GET /a?b=c HTTP/1.1\r\nHost: a.example\r\n")
                .contains("\r\nx-mine: 1\r\n", "\r\nCookie: a=1; b=2\r\n", "\r\nX-Forwarded-For: 127.0.0.1\r\n")
                .doesNotContain("te:");
            assertThat(client.get("/again").body()).isEqualTo("hello");
            assertThat(proxy.count(HttpCounters::requests)).isEqualTo(2);
            assertThat(backend.accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void manyRequestsShareAConnectionAndAreAnsweredAsTheirBackendsDo(Transport transport) {
        CountDownLatch first = new CountDownLatch(1);
        try (var backend = new RawBackend(connection -> {
            while (connection.readHead()) {
                String path = connection.head().split(" ", 3)[1];
                if (path.equals("/1")) {
                    first.await();
                }
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
            }
        });
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            int slow = client.ask("GET", "/1");
            for (int i = 2; i < 60; i++) {
                assertThat(client.get("/" + i).body()).isEqualTo("/" + i);
            }
            assertThat(client.of(slow).ended()).isFalse();
            first.countDown();
            assertThat(client.answer(slow).body()).isEqualTo("/1");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anUploadWithoutALengthIsChunked(Transport transport) {
        try (var backend = new RawBackend(connection -> {
            if (connection.readHead()) {
                String all = connection.head();
                while (!all.endsWith("0\r\n\r\n")) {
                    all += (char) connection.in().read();
                }
                String seen = all.replace("\r\n", "|");
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + seen.length() + "\r\n\r\n" + seen);
            }
        });
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            int id = client.begin("POST", "/");
            client.data(id, false, "abc".getBytes(ISO_8859_1))
                .frame(Frame.DATA, Frame.END_STREAM | Frame.PADDED, id, (byte) 2, (byte) 'd', (byte) 0, (byte) 0);

            String seen = client.answer(id).body();
            assertThat(seen).contains("Transfer-Encoding: chunked|").endsWith("0||");
            assertThat(seen.substring(seen.indexOf("||") + 2)).isIn("4|abcd|0||", "3|abc|1|d|0||");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void largeBodiesPassBothWaysWithinTheWindows(Transport transport) throws Exception {
        byte[] block = new byte[16 * 1024];
        Arrays.fill(block, (byte) 'x');
        try (var backend = new RawBackend(connection -> {
            if (connection.readHead()) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
                for (int left = LARGE; left > 0;) {
                    int read = connection.in().read(block, 0, Math.min(left, block.length));
                    connection.out().write(block, 0, read);
                    left -= read;
                }
            }
        });
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            int id = client.begin("POST", "/", "content-length", Integer.toString(LARGE));
            long sent = 0;
            while (sent < LARGE) {
                int part = (int) Math.min(block.length, LARGE - sent);
                while (Math.min(client.allowed(0), client.allowed(id)) < sent + part) {
                    assertThat(client.read()).isTrue();
                }
                client.data(id, sent + part == LARGE, Arrays.copyOf(block, part));
                sent += part;
            }
            assertThat(client.answer(id).bytes()).hasSize(LARGE);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientThatIsAnsweredBeforeItHasSentAllMaySendTheRest(Transport transport) {
        try (var backend = new RecordedBackend(HELLO);
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            int id = client.begin("POST", "/", "content-length", "300000");
            assertThat(client.answer(id).body()).isEqualTo("hello");
            upload(client, id, 300_000, true);

            assertThat(client.get("/again").body()).isEqualTo("hello");
            assertThat(client.of(id).reset()).isEqualTo(-1);
        }
    }

    @Test
    void aClientThatSendsOnWithoutEndAfterItsAnswerIsToldToStop() {
        try (var backend = new RecordedBackend(HELLO);
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            int id = client.begin("POST", "/");
            assertThat(client.answer(id).ended()).isTrue();
            upload(client, id, 4 * 1024 * 1024 + 1, false);

            while (client.of(id).reset() < 0) {
                assertThat(client.read()).isTrue();
            }
            assertThat(client.of(id).reset()).isEqualTo(ErrorCode.NO_ERROR.code());
            assertThat(client.get("/again").body()).isEqualTo("hello");
        }
    }

    /** Sends so many bytes as the windows allow it. */
    private static void upload(Http2Client client, int id, int bytes, boolean ends) {
        for (int sent = 0; sent < bytes;) {
            int part = Math.min(16 * 1024, bytes - sent);
            while (Math.min(client.allowed(0), client.allowed(id)) < sent + part) {
                assertThat(client.read()).isTrue();
            }
            sent += part;
            client.data(id, ends && sent == bytes, new byte[part]);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientThatOpensNoWindowStopsItsBackendAndNobodyElse(Transport transport) throws Exception {
        AtomicLong written = new AtomicLong();
        byte[] block = new byte[64 * 1024];
        try (var backend = new RawBackend(connection -> {
            while (connection.readHead()) {
                if (connection.head().startsWith("GET /small")) {
                    connection.write(HELLO);
                    continue;
                }
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
                for (int sent = 0; sent < LARGE; sent += block.length) {
                    connection.out().write(block);
                    written.addAndGet(block.length);
                }
            }
        });
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address()).withoutWindows()) {
            client.windowUpdate(0, 1 << 20);
            int large = client.ask("GET", "/large");
            long before = -1;
            while (written.get() != before) {
                before = written.get();
                new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
            }
            assertThat(before).isLessThan(LARGE);
            assertThat(client.get("/small").body()).isEqualTo("hello");
            assertThat(client.of(large).bytes()).hasSize(65_535);
            client.windowUpdate(0, LARGE).windowUpdate(large, LARGE);
            assertThat(client.answer(large).bytes()).hasSize(LARGE);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBackendThatDoesNotReadGetsNoMoreThanAWindowIntoUs(Transport transport) throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        try (var backend = new RawBackend(connection -> {
            connection.socket().setReceiveBufferSize(16 * 1024);
            read.await();
        });
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            int id = client.begin("POST", "/");
            int other = client.ask("GET", "/none", "x", "y");
            byte[] block = new byte[16 * 1024];
            for (int i = 0; i < 3; i++) {
                client.data(id, false, block);
            }
            assertThat(client.frame(Frame.PING, 0, 0, new byte[8]).of(other).ended()).isFalse();
            while (client.pingsAnswered() == 0) {
                assertThat(client.read()).isTrue();
            }
            read.countDown();
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1 200 OK|Transfer-Encoding: chunked||3|abc|2|de|0||, 200, abcde",
        "HTTP/1.1 200 OK||until the end, 200, until the end",
        "HTTP/1.1 204 No Content|Content-Length: 3||, 204, ''", "HTTP/1.1 304 Not Modified|Content-Length: 30||, 304, ''",
        "HTTP/1.1 100 Continue||HTTP/1.1 200 OK|Content-Length: 0||, 200, ''"})
    void everyFramingOfAnAnswerBecomesFrames(String answer, int status, String body) {
        try (var backend = new RawBackend(connection -> {
            if (connection.readHead()) {
                connection.write(answer.replace("|", "\r\n"));
            }
        });
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            Http2Client.Answer got = client.get("/");

            assertThat(got.status()).isEqualTo(status);
            assertThat(got.body()).isEqualTo(body);
            assertThat(got.ended()).isTrue();
            assertThat(got.field("transfer-encoding")).isNull();
        }
    }

    @Test
    void interimAnswersAndContinueAreGivenAsSuch() {
        try (var backend = new RawBackend(connection -> {
            if (connection.readHead()) {
                assertThat(connection.head()).doesNotContainIgnoringCase("expect");
                connection.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                while (connection.in().read() != 'z') {
                    // the body
                }
                connection.write(HELLO);
            }
        });
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            int id = client.begin("POST", "/", "expect", "100-continue", "content-length", "1");
            while (client.of(id).interim() < 1) {
                assertThat(client.read()).isTrue();
            }
            client.data(id, true, (byte) 'z');
            assertThat(client.answer(id).body()).isEqualTo("hello");
            assertThat(client.of(id).interim()).isEqualTo(2);
        }
    }

    @Test
    void aHeadIsAnsweredWithoutABody() {
        try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            Http2Client.Answer answer = client.answer(client.ask("HEAD", "/"));

            assertThat(answer.field("content-length")).isEqualTo("5");
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void whatTheGuardRefusesIsAnsweredOnItsStreamAlone() {
        HttpLimits small = new HttpLimits(1 << 10, 64, 8, 10, 100, 100);
        try (var backend = RawBackend.answering(HELLO);
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).limits(small).publish();
                var client = Http2Client.to(proxy.address())) {
            assertThat(client.get("/" + "a".repeat(64)).status()).isEqualTo(414);
            assertThat(client.get("/", "x-large", "v".repeat(2000)).status()).isEqualTo(431);
            assertThat(client.answer(client.begin("POST", "/", "content-length", "11")).status()).isEqualTo(413);
            int chunked = client.begin("POST", "/");
            client.data(chunked, false, new byte[11]);
            assertThat(client.answer(chunked).status()).isEqualTo(413);
            assertThat(client.get("/", "host", "a.example").body()).isEqualTo("hello");
        }
    }

    @Test
    void poolsWithoutBackendsAndSorryPagesAreTold() {
        try (var proxy = new TestProxy(Transport.EPOLL).pool("pool").publish(); var client = Http2Client.to(proxy.address())) {
            Http2Client.Answer none = client.get("/");
            assertThat(none.status()).isEqualTo(503);
            assertThat(none.field("x-weir-reason")).isEqualTo("weir; no backend is in service");
            assertThat(none.body()).startsWith("503 Service Unavailable");
            proxy.sorry("pool", new Sorry.Page(503, "<p>later</p>", Duration.ofSeconds(5))).quorum("pool", false).publish();
            Http2Client.Answer sorry = client.get("/");
            assertThat(sorry.body()).isEqualTo("<p>later</p>");
            assertThat(sorry.field("retry-after")).isEqualTo("5");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aStreamThatItsClientResetsGivesItsBackendUp(Transport transport) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        try (var backend = new RawBackend(connection -> {
            connection.readHead();
            asked.countDown();
            if (connection.in().read() < 0) {
                gone.countDown();
            }
        });
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            client.reset(client.ask("GET", "/"));
            client.ask("GET", "/two");
            assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
            client.reset(3);
            assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
            while (proxy.count(counters -> counters.cut(Cut.CLIENT_RESET)) < 2) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aBackendThatBreaksOffInItsAnswerResetsTheStream() {
        try (var backend = new RawBackend(connection -> {
            if (connection.readHead()) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
            }
        });
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            assertThat(client.get("/").reset()).isEqualTo(ErrorCode.INTERNAL_ERROR.code());
        }
    }

    @Test
    void lateBackendsAndLateBodiesAreTold() {
        HttpTimeouts quick = new HttpTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMillis(300),
                Duration.ofMillis(300));
        try (var backend = new RawBackend(connection -> connection.in().transferTo(OutputStream.nullOutputStream()));
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).timeouts(quick).publish();
                var client = Http2Client.to(proxy.address())) {
            assertThat(client.get("/").status()).isEqualTo(504);
            int id = client.begin("POST", "/");
            client.data(id, false, (byte) 'a');
            assertThat(client.answer(id).status()).isEqualTo(408);
            assertThat(client.answer(id).ended()).isTrue();
        }
    }

    @Test
    void aBodyThatIsNotAsLongAsItsLengthResetsItsStream() {
        try (var backend = RawBackend.answering(HELLO);
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            assertThat(client.answer(client.ask("POST", "/", "content-length", "3")).reset()).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
            assertThat(client.get("/", "connection", "close").reset()).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
        }
        try (var backend = new RawBackend(connection -> connection.in().transferTo(OutputStream.nullOutputStream()));
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            int shorter = client.begin("POST", "/", "content-length", "3");
            client.data(shorter, true, (byte) 'a', (byte) 'b');
            assertThat(client.answer(shorter).reset()).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
            int longer = client.begin("POST", "/", "content-length", "1");
            client.data(longer, true, (byte) 'a', (byte) 'b');
            assertThat(client.answer(longer).reset()).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
        }
    }

    @Test
    void withoutStreamsThePrefaceIsARequestOfAnUnknownVersion() {
        HttpLimits off = new HttpLimits(1 << 15, 1 << 13, 100, 1 << 20, 100, 0);
        try (var backend = RawBackend.answering(HELLO);
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).limits(off).publish();
                var client = proxy.client()) {
            assertThat(client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").answer().status()).isEqualTo(505);
        }
    }

    @Test
    void aPrefaceInPiecesIsOne() {
        try (var backend = RawBackend.answering(HELLO);
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = RawClient.to(proxy.address())) {
            for (byte b : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1)) {
                client.send(new byte[] {b});
            }
            byte[] settings = new byte[Frame.HEADER_BYTES];
            assertThat(client.read(settings)).isEqualTo(Frame.HEADER_BYTES);
            assertThat(settings[3]).isEqualTo((byte) Frame.SETTINGS);
        }
    }

    @Test
    void aDrainedConnectionServesWhatIsUnderWayAndEnds() {
        CountDownLatch answer = new CountDownLatch(1);
        try (var backend = new RawBackend(connection -> {
            while (connection.readHead()) {
                answer.await();
                connection.write(HELLO);
            }
        });
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            int id = client.ask("GET", "/");
            client.frame(Frame.PING, 0, 0, new byte[8]);
            while (client.pingsAnswered() == 0) {
                assertThat(client.read()).isTrue();
            }
            proxy.listener().drain();
            assertThat(client.goAwayLast()).isEqualTo(Integer.MAX_VALUE);
            assertThat(client.goAwayLast()).isEqualTo(id);
            client.data(client.begin("POST", "/late"), true, (byte) 'a');
            answer.countDown();
            assertThat(client.answer(id).body()).isEqualTo("hello");
            assertThat(client.goodbye()).isEqualTo(ErrorCode.NO_ERROR.code());
        }
    }

    /** Answers always the same, and keeps the last head that it read. */
    private static final class RecordedBackend implements AutoCloseable {
        private final RawBackend backend;
        private volatile String head = "";

        RecordedBackend(String answer) {
            backend = new RawBackend(connection -> {
                while (connection.readHead()) {
                    head = connection.head();
                    connection.write(answer);
                }
            });
        }

        InetSocketAddress address() {
            return backend.address();
        }

        String head() {
            return head;
        }

        int accepted() {
            return backend.accepted();
        }

        @Override
        public void close() {
            backend.close();
        }
    }
}
