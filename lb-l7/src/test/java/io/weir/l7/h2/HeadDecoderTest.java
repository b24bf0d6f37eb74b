package io.weir.l7.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.weir.l7.head.HeadLimits;
import io.weir.l7.head.HeadWriter;
import io.weir.l7.head.MessageHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadDecoderTest {
    private static final String[] GET = {":method", "GET", ":scheme", "http", ":path", "/a?b", ":authority", "shop.example"};

    private final Wire wire = new Wire();
    private final HeadDecoder decoder = new HeadDecoder();
    private final MessageHead head = new MessageHead(16);

    @Test
    void aRequestReadsAsHttp1WouldHaveHadIt() {
        assertThat(decode(wire.block(with("accept", "*/*", "x-a", "1")))).isEqualTo(Decoded.COMPLETE);

        assertThat(written()).isEqualTo("GET /a?b HTTP/1.1\r\nHost: shop.example\r\naccept: */*\r\nx-a: 1\r\n\r\n");
    }

    @Test
    void theTableServesTheNextBlock() {
        byte[] first = wire.block(with("x-long", "a value that is worth an entry"));
        byte[] second = wire.block(with("x-long", "a value that is worth an entry"));

        assertThat(second.length).isLessThan(first.length);
        assertThat(decode(first)).isEqualTo(Decoded.COMPLETE);
        assertThat(decode(second)).isEqualTo(Decoded.COMPLETE);
        assertThat(written()).contains("x-long: a value that is worth an entry\r\n");
    }

    @Test
    void crumbsOfCookiesBecomeOneField() {
        assertThat(decode(wire.block(with("cookie", "a=1", "x-a", "1", "cookie", "b=2")))).isEqualTo(Decoded.COMPLETE);

        assertThat(written()).endsWith("x-a: 1\r\nCookie: a=1; b=2\r\n\r\n");
    }

    @Test
    void aHostThatIsTheAuthorityIsSaidOnce() {
        assertThat(decode(Wire.literals(with("host", "SHOP.example")))).isEqualTo(Decoded.COMPLETE);

        assertThat(written()).isEqualTo("GET /a?b HTTP/1.1\r\nHost: shop.example\r\n\r\n");
    }

    @Test
    void aHostServesWithoutAnAuthority() {
        assertThat(decode(Wire.literals(":method", "GET", ":scheme", "http", ":path", "/", "host", "b"))).isEqualTo(Decoded.COMPLETE);

        assertThat(written()).isEqualTo("GET / HTTP/1.1\r\nhost: b\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-a|1\r\nevil: 1", "x-a|1\n", "x-a|\u0000", "x-a|\r", "X-A|1", "x a|1", "|1", "x-a\r\nevil|1", "x:a|1",
        "x-a| 1",
        "x-a|1\t", "connection|close", "keep-alive|1", "proxy-connection|close", "transfer-encoding|chunked", "upgrade|h2c", "te|gzip",
        "host|other.example", "host|shop.example:81", ":path|/late", ":status|200", ":unknown|1", ":protocol|websocket"})
    void aFieldThatMayNotBeThereIsMalformed(String field) {
        int bar = field.indexOf('|');

        assertThat(decode(Wire.literals(with(field.substring(0, bar), field.substring(bar + 1))))).isEqualTo(Decoded.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {":method|GET|:scheme|http", ":method|GET|:path|/", ":scheme|http|:path|/",
        ":method|GET|:scheme|http|:path|", ":method|GET|:scheme|http|:path|a", ":method|GET|:scheme|http|:path|*",
        ":method|GET|:scheme|http|:path|/a b", ":method|GET|:scheme|http|:path|/a HTTP/1.1\r\nevil: 1",
        ":method|GET|:scheme|http|:path|/\u0080", ":method|GET|:scheme|http|:path|http://a/", ":method|GET|:scheme|ftp|:path|/",
        ":method|GET / HTTP/1.1\r\nevil: 1|:scheme|http|:path|/", ":method|GE T|:scheme|http|:path|/",
        ":method|GET|:method|GET|:scheme|http|:path|/", ":method|GET|:scheme|http|:path|/|:path|/",
        ":method|CONNECT|:authority|a:1|:scheme|http|:path|/", ":method|CONNECT"})
    void pseudoFieldsThatAreNotOneSoundRequestAreMalformed(String fields) {
        assertThat(decode(Wire.literals(fields.split("\\|", -1)))).isEqualTo(Decoded.MALFORMED);
    }

    @Test
    void trailersHoldNoPseudoFields() {
        assertThat(decoder.trailers(Unpooled.wrappedBuffer(Wire.literals("x-end", "1")), head, HeadLimits.REQUEST))
            .isEqualTo(Decoded.COMPLETE);
        assertThat(decoder.trailers(Unpooled.wrappedBuffer(Wire.literals(GET)), head, HeadLimits.REQUEST)).isEqualTo(Decoded.MALFORMED);
    }

    @Test
    void everyCrumbCountsAsAField() {
        String[] crumbs = Stream.iterate(0, i -> i + 1).limit(97).flatMap(i -> Stream.of("cookie", "c")).toArray(String[]::new);

        assertThat(decode(Wire.literals(with(crumbs)))).isEqualTo(Decoded.TOO_MANY_FIELDS);
        String[] sixtyFour = Arrays.copyOf(crumbs, 128);
        assertThat(decode(Wire.literals(with(sixtyFour)))).isEqualTo(Decoded.COMPLETE);
        assertThat(decode(Wire.literals(with(Arrays.copyOf(crumbs, 130))))).isEqualTo(Decoded.TOO_MANY_FIELDS);
    }

    @Test
    void aListThatCostsMoreThanAHeadMayIsTooLargeAndTheTableGoesOn() {
        assertThat(decode(wire.block(with("x-a", "kept in the table")))).isEqualTo(Decoded.COMPLETE);
        assertThat(decode(wire.block(with("x-large", "v".repeat(33 * 1024))))).isEqualTo(Decoded.HEAD_TOO_LARGE);
        assertThat(decode(wire.block(with("x-a", "kept in the table")))).isEqualTo(Decoded.COMPLETE);
        assertThat(written()).contains("x-a: kept in the table\r\n");
    }

    @Test
    void aFewBytesThatStandForManyFieldsAreTooMany() {
        byte[] bomb = new byte[60_000];
        Arrays.fill(bomb, (byte) 0x90); // "accept-encoding: gzip, deflate" of the static table

        assertThat(decode(bomb)).isEqualTo(Decoded.TOO_MANY_FIELDS);
    }

    @Test
    void aLongTargetIsToldFromALargeHead() {
        assertThat(decode(Wire.literals(":method", "GET", ":scheme", "http", ":path", "/" + "a".repeat(8 * 1024))))
            .isEqualTo(Decoded.TARGET_TOO_LONG);
    }

    @Test
    void whatIsNoHpackEndsTheConnection() {
        assertThat(decode((byte) 0x80)).isEqualTo(Decoded.BROKEN);
        assertThat(decode((byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff)).isEqualTo(Decoded.BROKEN);
        assertThat(decode((byte) 0, (byte) 5, (byte) 'a')).isEqualTo(Decoded.BROKEN);
        assertThat(decode((byte) 0xbf)).isEqualTo(Decoded.BROKEN);
    }

    private Decoded decode(byte... block) {
        return decoder.request(Unpooled.wrappedBuffer(block), head, HeadLimits.REQUEST);
    }

    private String written() {
        HeadWriter writer = new HeadWriter();
        writer.requestLine(head).fields(head).end();
        return new String(writer.bytes(), 0, writer.length(), StandardCharsets.ISO_8859_1);
    }

    private static String[] with(String... fields) {
        return Stream.concat(Arrays.stream(GET), Arrays.stream(fields)).toArray(String[]::new);
    }
}
