package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.core.model.ProxyProtocol;
import io.weir.net.Transport;
import io.weir.testkit.RecordingBackend;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY protocol, versions 1 (2.1) and 2 (2.2) of its specification. */
class ProxyProtocolIT {
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String V1 = "PROXY TCP4 192.0.2.7 192.0.2.1 40000 8443\r\n";

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theClientThatATrustedProxyNamesIsTheClient(Transport transport) {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(transport).pool("pool", backend.address()).proxyProtocolFrom("127.0.0.0/8").publish();
                var client = proxy.client()) {
            client.send(V1 + GET).answer();
            client.send(GET).answer();

            assertThat(backend.requests()).hasSize(2).allSatisfy(request -> {
                assertThat(request.field("X-Forwarded-For")).hasValue("192.0.2.7");
                assertThat(request.field("X-Forwarded-Port")).hasValue("8443");
            });
        }
    }

    @Test
    void anAccessListLooksAtTheClientThatTheProxyNames() {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address())
                    .proxyProtocolFrom("127.0.0.0/8")
                    .allow("192.0.2.0/24")
                    .publish();
                var client = proxy.client();
                var other = proxy.client()) {
            assertThat(client.send(V1 + GET).answer().status()).isEqualTo(200);
            assertThat(other.send(V1.replace("192.0.2.7", "198.51.100.7") + GET).closed()).isTrue();
        }
    }

    @Test
    void theHeaderMayArriveByteByByte() {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).proxyProtocolFrom("127.0.0.0/8").publish();
                var client = proxy.client()) {
            byte[] header = v2(0x21, 0x21,
                    "20010db800000000000000000000000720010db8000000000000000000000001" + "9c40" + "20fb" + "0400020000");
            for (byte b : header) {
                client.send(new byte[] {b});
            }
            assertThat(client.send(GET).answer().status()).isEqualTo(200);
            assertThat(backend.requests().getFirst().field("X-Forwarded-For")).hasValue("2001:db8::7");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        GET, "PROXY TCP4 192.0.2.7 192.0.2.1 40000\r\n", "PROXY TCP4 192.0.2.7 192.0.2.1 40000 99999\r\n",
        "PROXY TCP4 2001:db8::7 192.0.2.1 40000 1\r\n", "PROXY TCP4 192.0.2.7 192.0.2.1 40000 1\n", "PROXY UDP4 1.1.1.1 1.1.1.1 1 1\r\n",
        "proxy TCP4 192.0.2.7 192.0.2.1 40000 1\r\n", "PROXY TCP4 192.0.2.7  192.0.2.1 40000 1\r\n"})
    void withoutASoundHeaderTheConnectionIsClosedWithoutAnAnswer(String start) {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).proxyProtocolFrom("127.0.0.0/8").publish();
                var client = proxy.client()) {
            assertThat(client.send(start).closed()).isTrue();
            assertThat(backend.requests()).isEmpty();
            assertThat(proxy.count(counters -> counters.badProxyHeaders())).isEqualTo(1);
        }
    }

    @Test
    void othersThanTheTrustedOnesArePlain() {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).proxyProtocolFrom("10.0.0.0/8").publish();
                var client = proxy.client()) {
            assertThat(client.send(GET).answer().status()).isEqualTo(200);
            assertThat(client.send(V1 + GET).answer().status()).as("a forged header is no request").isEqualTo(400);
        }
    }

    @Test
    void backendsThatWantAHeaderGetOneConnectionForEachRequestAndItFirst() {
        List<String> starts = new CopyOnWriteArrayList<>();
        try (var backend = new RawBackend(connection -> {
            connection.readHead();
            starts.add(connection.head().lines().findFirst().orElse(""));
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            connection.readHead();
        });
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address())
                    .proxyProtocol("pool", ProxyProtocol.V1)
                    .publish();
                var client = proxy.client()) {
            assertThat(client.send(GET).answer().status()).isEqualTo(200);
            assertThat(client.send(GET).answer().status()).isEqualTo(200);

            assertThat(starts).hasSize(2)
                .allSatisfy(
                        start -> assertThat(start).matches("PROXY TCP4 127\\.0\\.0\\.1 127\\.0\\.0\\.1 \\d+ " + proxy.address().getPort()));
        }
    }

    private static byte[] v2(int versionAndCommand, int family, String hex) {
        byte[] rest = HexFormat.of().parseHex(hex);
        ByteBuf header = Unpooled.buffer().writeBytes(SIGNATURE).writeByte(versionAndCommand).writeByte(family).writeShort(rest.length);
        byte[] bytes = new byte[header.readableBytes() + rest.length];
        header.readBytes(bytes, 0, bytes.length - rest.length);
        System.arraycopy(rest, 0, bytes, bytes.length - rest.length, rest.length);
        return bytes;
    }
}
