package io.weir.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.weir.core.model.ProxyProtocol;
import io.weir.core.model.ProxyProtocol.Field;
import io.weir.core.model.ProxyProtocol.Version2;
import io.weir.net.ProxyHeader.Carried;
import io.weir.net.ProxyHeaderDecoder.Result;
import io.weir.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxyHeaderTest {
    private static final InetSocketAddress CLIENT = address("192.0.2.7", 4711);

    private static final InetSocketAddress LISTENER = address("198.51.100.9", 443);

    private static final InetSocketAddress CLIENT_6 = address("2001:db8::7", 4711);

    private static final InetSocketAddress LISTENER_6 = address("2001:db8::9", 443);

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    private static Result decode(String text) {
        return decode(text.getBytes(ISO_8859_1));
    }

    private static Result decode(byte[] bytes) {
        return ProxyHeaderDecoder.decode(ByteBuffer.wrap(bytes));
    }

    /** Version 2 with this fourth word, body and additional bytes. */
    private static byte[] version2(int command, int family, byte[] body) {
        return ByteBuffer.allocate(16 + body.length)
            .put(ProxyHeader.SIGNATURE)
            .put((byte) command)
            .put((byte) family)
            .putShort((short) body.length)
            .put(body)
            .array();
    }

    private static byte[] join(byte[]... parts) {
        var joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    private static byte[] inet4Body() {
        return HexFormat.of().parseHex("c0000207" + "c6336409" + "1267" + "01bb");
    }

    @Test
    void version1IsOneLine() {
        assertThat(new String(Headers.v1(CLIENT, LISTENER), ISO_8859_1))
            .isEqualTo("PROXY TCP4 192.0.2.7 198.51.100.9 4711 443\r\n");
        assertThat(new String(Headers.v1(CLIENT_6, LISTENER_6), ISO_8859_1))
            .isEqualTo("PROXY TCP6 2001:db8:0:0:0:0:0:7 2001:db8:0:0:0:0:0:9 4711 443\r\n");
        assertThat(new String(Headers.v1(CLIENT, LISTENER_6), ISO_8859_1))
            .isEqualTo("PROXY TCP6 ::ffff:192.0.2.7 2001:db8:0:0:0:0:0:9 4711 443\r\n");
    }

    @Test
    void version2IsExactToTheByte() {
        assertThat(Headers.v2(CLIENT, LISTENER)).isEqualTo(version2(0x21, 0x11, inet4Body()));
        assertThat(HexFormat.of().formatHex(Headers.v2(CLIENT_6, LISTENER)))
            .isEqualTo("0d0a0d0a000d0a515549540a" + "21" + "21" + "0024" + "20010db8000000000000000000000007"
                    + "00000000000000000000ffffc6336409" + "1267" + "01bb");
    }

    @Test
    void whatIsWrittenIsReadBackWhereverItIsCut() {
        for (InetSocketAddress source : new InetSocketAddress[] {CLIENT, CLIENT_6}) {
            InetSocketAddress destination = source.equals(CLIENT) ? LISTENER : LISTENER_6;
            for (byte[] header : new byte[][] {
                Headers.v1(source, destination), Headers.v2(source, destination)
            }) {
                for (int cut = 0; cut < header.length; cut++) {
                    assertThat(decode(Arrays.copyOf(header, cut))).isEqualTo(Result.More.MORE);
                }
                Result expected = new Result.Proxied(header.length, source, destination);
                assertThat(decode(header)).isEqualTo(expected);
                assertThat(decode(join(header, "GET / HTTP/1.1".getBytes(ISO_8859_1)))).isEqualTo(expected);
            }
        }
    }

    @Test
    void theBufferIsReadFromItsPositionAndLeftAsItWas() {
        byte[] header = Headers.v2(CLIENT, LISTENER);
        ByteBuffer received = ByteBuffer.wrap(join(new byte[5], header, new byte[5])).position(5);
        assertThat(ProxyHeaderDecoder.decode(received)).isEqualTo(new Result.Proxied(28, CLIENT, LISTENER));
        assertThat(received.position()).isEqualTo(5);
    }

    @Test
    void unknownAndLocalMeanTheConnectionItself() {
        assertThat(decode("PROXY UNKNOWN\r\nGET")).isEqualTo(new Result.Local(15));
        assertThat(decode("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n"))
            .isEqualTo(new Result.Local(59));
        assertThat(decode(version2(0x20, 0x00, new byte[0]))).isEqualTo(new Result.Local(16));
        assertThat(decode(version2(0x20, 0x11, inet4Body()))).isEqualTo(new Result.Local(28));
        assertThat(decode(version2(0x20, 0x11, new byte[3]))).isEqualTo(new Result.Local(19));
        assertThat(decode(version2(0x21, 0x00, new byte[0]))).isEqualTo(new Result.Local(16));
        assertThat(decode(version2(0x21, 0x31, new byte[216]))).isEqualTo(new Result.Local(232));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET / HTTP/1.1\r\n",
        "proxy TCP4 192.0.2.7 198.51.100.9 4711 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.9 4711 443\n",
        "PROXY TCP4 192.0.2.7 198.51.100.9 4711 443\rx",
        "PROXY TCP5 192.0.2.7 198.51.100.9 4711 443\r\n",
        "PROXY UDP4 192.0.2.7 198.51.100.9 4711 443\r\n",
        "PROXY UNKNOWNX\r\n",
        "PROXY \r\n",
        "PROXY TCP4\r\n",
        "PROXY TCP4 192.0.2.777 198.51.100.9 4711 443\r\n",
        "PROXY TCP4 192.0.2 198.51.100.9 4711 443\r\n",
        "PROXY TCP4 192.0.2.07 198.51.100.9 4711 443\r\n",
        "PROXY TCP4 2001:db8::7 2001:db8::9 4711 443\r\n",
        "PROXY TCP6 192.0.2.7 198.51.100.9 4711 443\r\n",
        "PROXY TCP6 2001:db8::7%1 2001:db8::9 4711 443\r\n",
        "PROXY TCP6 :::7 2001:db8::9 4711 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.9 65536 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.9 -1 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.9 +1 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.9 47a1 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.9 04711 443\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.9 4711\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.9 4711 443 x\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.9 4711 443 \r\n",
        "PROXY TCP4  192.0.2.7 198.51.100.9 4711 443\r\n",
        "PROXY\tTCP4\t192.0.2.7\t198.51.100.9\t4711\t443\r\n",
    })
    void aWrongLineIsRefused(String line) {
        assertThat(decode(line)).isInstanceOf(Result.Refused.class);
    }

    @Test
    void aLineOf107BytesIsTheLongest() {
        String prefix = "PROXY UNKNOWN ";
        assertThat(decode(prefix + "x".repeat(105 - prefix.length()) + "\r\n")).isEqualTo(new Result.Local(107));
        assertThat(decode(prefix + "x".repeat(106 - prefix.length()))).isEqualTo(Result.More.MORE);
        assertThat(decode(prefix + "x".repeat(106 - prefix.length()) + "\r\n")).isInstanceOf(Result.Refused.class);
        assertThat(decode(prefix + "x".repeat(20_000))).isInstanceOf(Result.Refused.class);
    }

    @Test
    void aWrongVersion2IsRefusedBeforeItsBodyIsWaitedFor() {
        byte[] body = inet4Body();
        assertThat(decode(version2(0x11, 0x11, body))).isEqualTo(new Result.Refused("version is 1, want 2"));
        assertThat(decode(version2(0x31, 0x11, body))).isEqualTo(new Result.Refused("version is 3, want 2"));
        assertThat(decode(version2(0x22, 0x11, body)))
            .isEqualTo(new Result.Refused("command is 2, want 0 (LOCAL) or 1 (PROXY)"));
        assertThat(decode(version2(0x21, 0x41, body)))
            .isEqualTo(new Result.Refused("family and transport are 0x41"));
        assertThat(decode(version2(0x21, 0x11, new byte[8])))
            .isEqualTo(new Result.Refused("header is too short for its addresses"));
        assertThat(decode(version2(0x21, 0x21, body)))
            .isEqualTo(new Result.Refused("header is too short for its addresses"));
        byte[] huge = Arrays.copyOf(version2(0x21, 0x11, new byte[60_000]), 16);
        assertThat(decode(huge)).isEqualTo(new Result.Refused("header is 60016 bytes, want at most 2300"));
    }

    @Test
    void additionalFieldsAreWalkedAndTheChecksumIsChecked() {
        byte[] noop = {0x04, 0, 2, 9, 9};
        assertThat(decode(version2(0x21, 0x11, join(inet4Body(), noop))))
            .isEqualTo(new Result.Proxied(33, CLIENT, LISTENER));
        assertThat(decode(version2(0x21, 0x11, join(inet4Body(), new byte[] {4, 0, 9, 1}))))
            .isEqualTo(new Result.Refused("an additional field is longer than the header"));
        assertThat(decode(version2(0x21, 0x11, join(inet4Body(), new byte[] {4, 0}))))
            .isEqualTo(new Result.Refused("an additional field is cut off"));

        byte[] withChecksum = version2(0x21, 0x11, join(inet4Body(), new byte[] {3, 0, 4, 0, 0, 0, 0}, noop));
        var crc = new CRC32C();
        crc.update(withChecksum);
        ByteBuffer.wrap(withChecksum).putInt(31, (int) crc.getValue());
        assertThat(decode(withChecksum)).isEqualTo(new Result.Proxied(40, CLIENT, LISTENER));
        withChecksum[33] ^= 1;
        assertThat(decode(withChecksum)).isEqualTo(new Result.Refused("the checksum is wrong"));
    }

    @Test
    void anotherImplementationReadsWhatIsWritten() {
        Seeded.rounds(200, random -> {
            InetSocketAddress source = randomAddress(random);
            InetSocketAddress destination = randomAddress(random);
            for (byte[] header : new byte[][] {
                Headers.v1(source, destination), Headers.v2(source, destination)
            }) {
                var channel = new EmbeddedChannel(new HAProxyMessageDecoder());
                ByteBuf bytes = Unpooled.wrappedBuffer(header);
                channel.writeInbound(bytes);
                HAProxyMessage message = channel.readInbound();
                assertThat(InetAddress.ofLiteral(message.sourceAddress())).isEqualTo(source.getAddress());
                assertThat(InetAddress.ofLiteral(message.destinationAddress())).isEqualTo(destination.getAddress());
                assertThat(message.sourcePort()).isEqualTo(source.getPort());
                assertThat(message.destinationPort()).isEqualTo(destination.getPort());
                message.release();
                channel.finishAndReleaseAll();
                assertThat(decode(header)).isEqualTo(new Result.Proxied(header.length, source, destination));
            }
        });
    }

    @Test
    void fieldsIdentifierAndChecksumFollowTheAddresses() {
        var wanted = new Version2(true, true, false, List.of(Field.ofText(0xea, "vpc-1"), new Field(0xe1, "00ff")));
        byte[] header = ProxyHeader.of(wanted, Carried.STREAM, CLIENT, LISTENER);
        assertThat(decode(header)).as("with its checksum").isEqualTo(new Result.Proxied(28 + 8 + 5 + 35 + 7, CLIENT, LISTENER));
        header[header.length - 1] ^= 1;
        assertThat(decode(header)).isEqualTo(new Result.Refused("the checksum is wrong"));

        List<String> fields = fieldsOf(header);
        assertThat(fields).hasSize(4).startsWith("ea=7670632d31", "e1=00ff");
        assertThat(fields.get(2)).as("digits in ASCII").matches("05=(3[0-9]|6[1-6]){32}");
        assertThat(fields.get(3)).matches("03=[0-9a-f]{8}");
    }

    @Test
    void whatIsKnownOfAClientsTlsIsToldToPoolsThatWantIt() {
        var wanted = new Version2(true, false, true, List.of());
        var agreed = new ClientTls.Agreed("TLSv1.3", "TLS_AES_128_GCM_SHA256", "h2", new ClientTls.Client(false, "till 7"));

        byte[] header = ProxyHeader.of(wanted, Carried.STREAM, CLIENT, LISTENER, new ClientTls("shop.example", agreed));

        assertThat(decode(header)).isEqualTo(new Result.Proxied(header.length, CLIENT, LISTENER));
        assertThat(fieldsOf(header))
            .startsWith("01=" + hex("h2"), "02=" + hex("shop.example"), "20=07 verify 0 21=" + hex("TLSv1.3") + " 23="
                    + hex("TLS_AES_128_GCM_SHA256") + " 22=" + hex("till 7"))
            .hasSize(4 + 3);

        agreed = new ClientTls.Agreed("TLSv1.2", "AES128-SHA", null, new ClientTls.Client(true, null));
        assertThat(fieldsOf(ProxyHeader.of(wanted, Carried.STREAM, CLIENT, LISTENER, new ClientTls(null, agreed))))
            .startsWith("20=05 verify 0 21=" + hex("TLSv1.2") + " 23=" + hex("AES128-SHA"))
            .hasSize(2 + 2);
        agreed = new ClientTls.Agreed("TLSv1.2", "AES128-SHA", null, null);
        assertThat(fieldsOf(ProxyHeader.of(wanted, Carried.STREAM, CLIENT, LISTENER, new ClientTls(null, agreed))))
            .startsWith("20=01 verify 1 21=" + hex("TLSv1.2") + " 23=" + hex("AES128-SHA"))
            .hasSize(2 + 2);
        assertThat(fieldsOf(ProxyHeader.of(wanted, Carried.STREAM, CLIENT, LISTENER, new ClientTls("a".repeat(256), null)))).hasSize(1);
        assertThat(fieldsOf(ProxyHeader.of(wanted, Carried.STREAM, CLIENT, LISTENER))).hasSize(1);
        assertThat(fieldsOf(ProxyHeader.of(ProxyProtocol.V2, Carried.STREAM, CLIENT, LISTENER, new ClientTls("shop.example", agreed))))
            .isEmpty();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(ISO_8859_1));
    }

    /** As another implementation reads them. */
    private static List<String> fieldsOf(byte[] header) {
        var channel = new EmbeddedChannel(new HAProxyMessageDecoder());
        channel.writeInbound(Unpooled.wrappedBuffer(header));
        HAProxyMessage message = channel.readInbound();
        List<String> fields = message.tlvs()
            .stream()
            .map(ProxyHeaderTest::text)
            .toList();
        message.release();
        channel.finishAndReleaseAll();
        return fields;
    }

    private static String text(HAProxyTLV field) {
        return field instanceof HAProxySSLTLV tls
                ? "%02x=%02x verify %d %s".formatted(field.typeByteValue(), tls.client(), tls.verify(),
                        tls.encapsulatedTLVs().stream().map(ProxyHeaderTest::text).collect(Collectors.joining(" ")))
                : "%02x=%s".formatted(field.typeByteValue(), ByteBufUtil.hexDump(field.content()));
    }

    @Test
    void aConnectionOfOurOwnIsNobodysElse() {
        assertThat(ProxyHeader.local(ProxyProtocol.NONE)).isEmpty();
        assertThat(ProxyHeader.local(ProxyProtocol.V1)).isEqualTo("PROXY UNKNOWN\r\n".getBytes(ISO_8859_1));
        assertThat(ProxyHeader.local(ProxyProtocol.V2)).isEqualTo(version2(0x20, 0x00, new byte[0]));
    }

    @Test
    void noTwoHeadersHaveTheSameIdentifier() {
        var wanted = new Version2(false, true, false, List.of());
        Set<String> headers = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            headers.add(new String(ProxyHeader.of(wanted, Carried.STREAM, CLIENT, LISTENER), ISO_8859_1));
        }
        assertThat(headers).hasSize(10_000);
    }

    @Test
    void datagramsHaveAFamilyOfTheirOwnInVersion2Alone() {
        byte[] header = ProxyHeader.of(ProxyProtocol.V2, Carried.DATAGRAM, CLIENT, LISTENER);
        assertThat(header).isEqualTo(version2(0x21, 0x12, inet4Body()));
        assertThat(ProxyHeader.of(ProxyProtocol.V2, Carried.DATAGRAM, CLIENT_6, LISTENER)[13]).isEqualTo((byte) 0x22);
        assertThat(ProxyHeader.of(ProxyProtocol.NONE, Carried.DATAGRAM, CLIENT, LISTENER)).isEmpty();
        assertThatThrownBy(() -> ProxyHeader.of(ProxyProtocol.V1, Carried.DATAGRAM, CLIENT, LISTENER))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("PROXY protocol version 1 has no DATAGRAM");
    }

    private static InetSocketAddress randomAddress(RandomGenerator random) throws UnknownHostException {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(bytes);
        return new InetSocketAddress(InetAddress.getByAddress(bytes), random.nextInt(65_536));
    }

    @Test
    void whateverIsReceivedIsJudgedWithoutAnException() {
        Seeded.rounds(2_000, random -> {
            byte[] header = random.nextBoolean()
                    ? Headers.v1(CLIENT, LISTENER)
                    : version2(0x21, 0x11, join(inet4Body(), new byte[random.nextInt(20)]));
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                header[random.nextInt(header.length)] = (byte) random.nextInt(256);
            }
            int cut = random.nextInt(header.length + 1);
            Result whole = decode(header);
            Result part = decode(Arrays.copyOf(header, cut));
            // A verdict on the beginning is the verdict on the whole.
            if (part != Result.More.MORE) {
                assertThat(part).isEqualTo(whole);
            }
        });
    }
}
