package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.weir.core.model.HttpTimeouts;
import io.weir.l7.exchange.Cut;
import io.weir.l7.h2.ErrorCode;
import io.weir.l7.h2.Frame;
import io.weir.l7.h2.Wire;
import io.weir.net.Transport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that break HTTP/2, and clients that flood it. */
class Http2FaultsIT {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final int ENOUGH = 3_000;

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource({"DATA on an idle stream, 000001 00 00 00000001 61, PROTOCOL_ERROR",
        "RST_STREAM of an idle stream, 000004 03 00 00000001 00000008, PROTOCOL_ERROR",
        "WINDOW_UPDATE of an idle stream, 000004 08 00 00000001 00000008, PROTOCOL_ERROR",
        "WINDOW_UPDATE by nothing, 000004 08 00 00000000 00000000, PROTOCOL_ERROR",
        "WINDOW_UPDATE beyond the largest, 000004 08 00 00000000 7fffffff, FLOW_CONTROL_ERROR",
        "HEADERS on an even stream, 000001 01 05 00000002 82, PROTOCOL_ERROR", "a stream of 0, 000001 01 05 00000000 82, PROTOCOL_ERROR",
        "CONTINUATION alone, 000001 09 04 00000001 82, PROTOCOL_ERROR", "PUSH_PROMISE, 000005 05 04 00000001 0000000282, PROTOCOL_ERROR",
        "a header block that is no HPACK, 000001 01 05 00000001 80, COMPRESSION_ERROR",
        "a frame too large, 004001 00 00 00000001, FRAME_SIZE_ERROR",
        "SETTINGS of half a setting, 000003 04 00 00000000 000000, FRAME_SIZE_ERROR",
        "a window beyond the largest, 000006 04 00 00000000 0004 80000000, FLOW_CONTROL_ERROR",
        "PING on a stream, 000008 06 00 00000001 0000000000000000, PROTOCOL_ERROR"})
    void whoBreaksTheProtocolIsToldHow(String what, String hex, ErrorCode wanted) {
        assertThat(goodbyeAfter(client -> client.bytes(ByteBufUtil.decodeHexDump(hex.replace(" ", ""))), Cut.CLIENT_BROKE_HTTP2)).as(what)
            .isEqualTo(wanted.code());
    }

    @Test
    void streamsAreNotOpenedBackwards() {
        assertThat(goodbyeAfter(client -> {
            byte[] get = Wire.literals(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a");
            client.frame(Frame.HEADERS, Frame.END_HEADERS | Frame.END_STREAM, 5, get).answer(5);
            client.frame(Frame.HEADERS, Frame.END_HEADERS | Frame.END_STREAM, 3, get);
        }, Cut.CLIENT_BROKE_HTTP2)).isEqualTo(ErrorCode.STREAM_CLOSED.code());
    }

    @Test
    void dataForAStreamThatIsOverEndsTheConnection() {
        assertThat(goodbyeAfter(client -> {
            client.get("/");
            client.data(1, true, (byte) 'a');
        }, Cut.CLIENT_BROKE_HTTP2)).isEqualTo(ErrorCode.STREAM_CLOSED.code());
    }

    @Test
    void moreThanAWindowEndsTheConnection() {
        assertThat(goodbyeAfter(client -> {
            for (int stream = 0; stream < 20; stream++) {
                int id = client.begin("POST", "/wait");
                for (int i = 0; i < 4; i++) {
                    client.data(id, false, new byte[16_000]);
                }
            }
        }, Cut.CLIENT_BROKE_HTTP2)).isEqualTo(ErrorCode.FLOW_CONTROL_ERROR.code());
    }

    @Test
    void moreThanAStreamsWindowResetsTheStream() {
        with(client -> {
            int id = client.begin("POST", "/wait");
            for (int i = 0; i < 5; i++) {
                client.data(id, false, new byte[16_000]);
            }
            assertThat(client.answer(id).reset()).isEqualTo(ErrorCode.FLOW_CONTROL_ERROR.code());
            assertThat(client.get("/").body()).isEqualTo("hello");
        });
    }

    @Test
    void streamsBeyondTheLimitAreRefusedAndMayBeTriedAgain() {
        with(client -> {
            for (int i = 0; i < 100; i++) {
                client.begin("POST", "/wait");
            }
            assertThat(client.get("/").reset()).isEqualTo(ErrorCode.REFUSED_STREAM.code());
            client.reset(1);
            assertThat(client.get("/").body()).isEqualTo("hello");
        });
    }

    @Test
    void resetsOfTheClientAreAFlood() {
        assertThat(goodbyeAfter(client -> {
            for (int i = 0; i < 201; i++) {
                client.reset(client.ask("GET", "/wait"));
            }
        }, Cut.CLIENT_FLOODED)).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
    }

    @Test
    void resetsThatTheClientMakesUsSendAreAFlood() {
        assertThat(goodbyeAfter(client -> {
            for (int i = 0; i < 201; i++) {
                client.windowUpdate(client.begin("POST", "/wait"), 0);
            }
        }, Cut.CLIENT_FLOODED)).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
    }

    @Test
    void aHeaderBlockInManyPartsIsAFlood() {
        assertThat(goodbyeAfter(client -> {
            client.frame(Frame.HEADERS, 0, 1, (byte) 0x82);
            for (int i = 0; i < 17; i++) {
                client.frame(Frame.CONTINUATION, 0, 1);
            }
        }, Cut.CLIENT_FLOODED)).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
    }

    @ParameterizedTest(name = "type {0}, flags {1}, {2} bytes")
    @CsvSource({"4, 0, 0", "6, 0, 8", "2, 0, 5", "8, 0, 4", "77, 0, 0"})
    void whatBringsNothingIsAFlood(int type, int flags, int length) {
        assertThat(goodbyeAfter(client -> {
            byte[] payload = new byte[length];
            if (length > 0) {
                payload[length - 1] = 1;
            }
            for (int i = 0; i < ENOUGH; i++) {
                client.frame(type, flags, type == Frame.PRIORITY ? 3 : 0, payload);
            }
        }, Cut.CLIENT_FLOODED)).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
    }

    @Test
    void emptyDataIsAFlood() {
        assertThat(goodbyeAfter(client -> {
            int id = client.begin("POST", "/wait");
            for (int i = 0; i < 101; i++) {
                client.data(id, false);
            }
        }, Cut.CLIENT_FLOODED)).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
    }

    @Test
    void halfAHeadIsWaitedForUntilItsDeadline() {
        HttpTimeouts quick = new HttpTimeouts(Duration.ofSeconds(60), Duration.ofMillis(300), Duration.ofSeconds(60),
                Duration.ofSeconds(60));
        try (var proxy = new TestProxy(Transport.EPOLL).pool("pool").timeouts(quick).publish();
                var client = Http2Client.to(proxy.address())) {
            assertThat(client.get("/").status()).isEqualTo(503);
            client.frame(Frame.HEADERS, 0, 3, (byte) 0x82);
            assertThat(client.goodbye()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
        }
    }

    @Test
    void anIdleConnectionIsToldGoodbye() {
        HttpTimeouts quick = new HttpTimeouts(Duration.ofMillis(300), Duration.ofSeconds(60), Duration.ofSeconds(60),
                Duration.ofSeconds(60));
        try (var proxy = new TestProxy(Transport.EPOLL).pool("pool").timeouts(quick).publish();
                var client = Http2Client.to(proxy.address())) {
            assertThat(client.goodbye()).isEqualTo(ErrorCode.NO_ERROR.code());
        }
    }

    private static int goodbyeAfter(Consumer<Http2Client> doing, Cut counted) {
        int[] code = new int[1];
        with((proxy, client) -> {
            doing.accept(client);
            code[0] = client.goodbye();
            assertThat(proxy.count(counters -> counters.cut(counted))).isEqualTo(1);
        });
        return code[0];
    }

    private static void with(Consumer<Http2Client> doing) {
        with((_, client) -> doing.accept(client));
    }

    /** The backend answers everything but /wait. */
    private static void with(BiConsumer<TestProxy, Http2Client> doing) {
        CountDownLatch over = new CountDownLatch(1);
        try (var backend = new RawBackend(connection -> {
            while (connection.readHead()) {
                if (connection.head().contains(" /wait ")) {
                    over.await();
                }
                connection.write(HELLO);
            }
        });
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = Http2Client.to(proxy.address())) {
            doing.accept(proxy, client);
            over.countDown();
        }
    }
}
