package io.weir.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.weir.core.model.ProxyProtocol.Field;
import io.weir.core.model.ProxyProtocol.Version2;
import io.weir.net.ProxyHeader.Carried;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Headers that a receiver must take, and headers that it must refuse (PROXY protocol 2.1, 2.2). */
final class ProxyHeaderTable {
    static final InetSocketAddress CLIENT = address("192.0.2.7");

    static final InetSocketAddress CLIENT_6 = address("2001:db8::7");

    private static final InetSocketAddress SERVER = address("198.51.100.9");

    private static final InetSocketAddress SERVER_6 = address("2001:db8::9");

    private static final String INET = "c0000207" + "c6336409" + "1267" + "01bb";

    private static final String INET6 = "20010db8000000000000000000000007" + "20010db8000000000000000000000009" + "1267" + "01bb";

    /** A header that is taken whole. */
    enum Good {
        V1_TCP4(line("PROXY TCP4 192.0.2.7 198.51.100.9 4711 443"), CLIENT),
        V1_TCP6(line("PROXY TCP6 2001:db8::7 2001:db8::9 4711 443"), CLIENT_6),
        V1_TCP6_FULL(line("PROXY TCP6 2001:0db8:0000:0000:0000:0000:0000:0007 2001:db8:0:0:0:0:0:9 4711 443"), CLIENT_6),
        V1_UNKNOWN(line("PROXY UNKNOWN"), null),
        V1_UNKNOWN_WITH_ADDRESSES(line("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535"), null),
        V1_LONGEST(line("PROXY UNKNOWN " + "x".repeat(91)), null),
        V2_TCP4(v2(0x21, 0x11, INET), CLIENT),
        V2_TCP6(v2(0x21, 0x21, INET6), CLIENT_6),
        V2_UDP4(v2(0x21, 0x12, INET), null),
        V2_UNIX(v2(0x21, 0x31, "00".repeat(216)), null),
        V2_UNSPECIFIED(v2(0x21, 0x00, ""), null),
        V2_LOCAL(v2(0x20, 0x00, ""), null),
        V2_LOCAL_WITH_ADDRESSES(v2(0x20, 0x11, INET), null),
        V2_LOCAL_WITH_A_FIELD(v2(0x20, 0x00, "04" + "0009" + "00".repeat(9)), null),
        V2_NOOP_FIELD(v2(0x21, 0x11, INET + "04" + "0002" + "0909"), CLIENT),
        V2_EMPTY_FIELD(v2(0x21, 0x11, INET + "e0" + "0000"), CLIENT),
        V2_CHECKSUM(ProxyHeader.of(new Version2(true, true, false, List.of(Field.ofText(0xea, "vpc"))), Carried.STREAM, CLIENT, SERVER),
                CLIENT),
        V2_CHECKSUM_6(ProxyHeader.of(new Version2(true, false, false, List.of()), Carried.STREAM, CLIENT_6, SERVER_6), CLIENT_6);

        private final String bytes;

        private final boolean proxied;

        private final boolean inet4;

        Good(byte[] header, @Nullable InetSocketAddress client) {
            this.bytes = new String(header, ISO_8859_1);
            this.proxied = client != null;
            this.inet4 = CLIENT.equals(client);
        }

        byte[] header() {
            return bytes.getBytes(ISO_8859_1);
        }

        /** Whose connection it says that it is, or the one of {@code sender}. */
        InetSocketAddress client(InetSocketAddress sender) {
            return proxied ? inet4 ? CLIENT : CLIENT_6 : sender;
        }

        ProxyHeaderDecoder.Result result() {
            return proxied
                    ? new ProxyHeaderDecoder.Result.Proxied(bytes.length(), inet4 ? CLIENT : CLIENT_6, inet4 ? SERVER : SERVER_6)
                    : new ProxyHeaderDecoder.Result.Local(bytes.length());
        }
    }

    /** A header that is refused at the latest when all of it is there. */
    enum Bad {
        NONE_BUT_HTTP("GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1)),
        NONE_BUT_ZEROS(new byte[64]),
        V1_LOWER_CASE(line("proxy TCP4 192.0.2.7 198.51.100.9 4711 443")),
        V1_WITHOUT_CR("PROXY TCP4 192.0.2.7 198.51.100.9 4711 443\n".getBytes(ISO_8859_1)),
        V1_TCP5(line("PROXY TCP5 192.0.2.7 198.51.100.9 4711 443")),
        V1_UDP4(line("PROXY UDP4 192.0.2.7 198.51.100.9 4711 443")),
        V1_NO_ADDRESSES(line("PROXY TCP4")),
        V1_WRONG_ADDRESS(line("PROXY TCP4 192.0.2.777 198.51.100.9 4711 443")),
        V1_WRONG_FAMILY(line("PROXY TCP4 2001:db8::7 2001:db8::9 4711 443")),
        V1_WRONG_FAMILY_6(line("PROXY TCP6 192.0.2.7 198.51.100.9 4711 443")),
        V1_PORT_65536(line("PROXY TCP4 192.0.2.7 198.51.100.9 65536 443")),
        V1_LEADING_ZERO(line("PROXY TCP4 192.0.2.7 198.51.100.9 04711 443")),
        V1_TWO_SPACES(line("PROXY TCP4  192.0.2.7 198.51.100.9 4711 443")),
        V1_SPACE_BEHIND(line("PROXY TCP4 192.0.2.7 198.51.100.9 4711 443 ")),
        V1_108_BYTES(line("PROXY UNKNOWN " + "x".repeat(92))),
        V2_VERSION_1(v2(0x11, 0x11, INET)),
        V2_VERSION_3(v2(0x31, 0x11, INET)),
        V2_COMMAND_2(v2(0x22, 0x11, INET)),
        V2_COMMAND_15(v2(0x2f, 0x11, INET)),
        V2_FAMILY_4(v2(0x21, 0x41, INET)),
        V2_TRANSPORT_3(v2(0x21, 0x13, INET)),
        V2_TOO_SHORT(v2(0x21, 0x11, INET.substring(0, 16))),
        V2_TOO_SHORT_6(v2(0x21, 0x21, INET)),
        V2_TOO_LONG(v2(0x21, 0x11, "00".repeat(2_300))),
        V2_WRONG_SIGNATURE(wrongSignature()),
        V2_FIELD_CUT_OFF(v2(0x21, 0x11, INET + "0400")),
        V2_FIELD_TOO_LONG(v2(0x21, 0x11, INET + "04" + "0009" + "01")),
        V2_CHECKSUM_WRONG(wrongChecksum()),
        V2_CHECKSUM_OF_3_BYTES(v2(0x21, 0x11, INET + "03" + "0003" + "000000"));

        private final String bytes;

        Bad(byte[] header) {
            this.bytes = new String(header, ISO_8859_1);
        }

        byte[] header() {
            return bytes.getBytes(ISO_8859_1);
        }
    }

    private ProxyHeaderTable() {
    }

    private static InetSocketAddress address(String literal) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), literal.endsWith("7") ? 4711 : 443);
    }

    private static byte[] line(String text) {
        return (text + "\r\n").getBytes(ISO_8859_1);
    }

    private static byte[] v2(int command, int family, String hex) {
        byte[] body = HexFormat.of().parseHex(hex);
        return ByteBuffer.allocate(16 + body.length)
            .put(ProxyHeader.SIGNATURE)
            .put((byte) command)
            .put((byte) family)
            .putShort((short) body.length)
            .put(body)
            .array();
    }

    private static byte[] wrongSignature() {
        byte[] header = v2(0x21, 0x11, INET);
        header[10] = 'X';
        return header;
    }

    private static byte[] wrongChecksum() {
        byte[] header = ProxyHeader.of(new Version2(true, false, false, List.of()), Carried.STREAM, CLIENT, SERVER);
        byte[] wrong = Arrays.copyOf(header, header.length);
        wrong[20] ^= 1;
        return wrong;
    }
}
