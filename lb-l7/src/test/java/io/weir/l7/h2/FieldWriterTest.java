package io.weir.l7.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.weir.l7.head.Ascii;
import io.weir.l7.head.MessageHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldWriterTest {
    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 206, 304, 400, 404, 431, 500, 503, 599})
    void anotherDecoderReadsTheStatus(int status) throws Exception {
        ByteBuf out = Unpooled.buffer();
        FieldWriter.noTable(out);
        FieldWriter.status(out, status);

        assertThat(decode(out).status()).hasToString(Integer.toString(status));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 126, 127, 128, 254, 255, 256, 16_000})
    void anotherDecoderReadsFieldsOfAnyLength(int length) throws Exception {
        MessageHead head = new MessageHead(8);
        head.add(Ascii.bytes("X-" + "N".repeat(Math.min(length, 300))), Ascii.bytes("v".repeat(length)));
        ByteBuf out = Unpooled.buffer();
        FieldWriter.field(out, head, 0);

        assertThat(out.readableBytes()).isLessThanOrEqualTo(FieldWriter.room(head.nameLength(0), length));
        Http2Headers read = decode(out);
        assertThat(read.get("x-" + "n".repeat(Math.min(length, 300)))).hasToString("v".repeat(length));
    }

    @Test
    void aFieldOfOurOwnIsReadToo() throws Exception {
        ByteBuf out = Unpooled.buffer();
        FieldWriter.field(out, Ascii.bytes("content-length"), Ascii.bytes("12"));

        assertThat(decode(out).get("content-length")).hasToString("12");
    }

    private static Http2Headers decode(ByteBuf block) throws Exception {
        return new DefaultHttp2HeadersDecoder(true, 64 * 1024).decodeHeaders(1, block);
    }
}
