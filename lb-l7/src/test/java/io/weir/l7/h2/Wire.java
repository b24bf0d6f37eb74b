package io.weir.l7.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.nio.charset.StandardCharsets;

/** Frames and header blocks as a client of somebody else's making sends them. */
public final class Wire {
    private final Http2HeadersEncoder hpack = new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, true);

    /** One frame. */
    public static ByteBuf frame(int type, int flags, int streamId, byte... payload) {
        ByteBuf out = Unpooled.buffer();
        FrameWriter.header(out, payload.length, type, flags, streamId);
        return out.writeBytes(payload);
    }

    /** A block of these fields: name, value, name, value. */
    public byte[] block(String... fields) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        ByteBuf out = Unpooled.buffer();
        try {
            hpack.encodeHeaders(1, headers, out);
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** A block in the order given and without any table: Netty's encoder puts pseudo-fields first. */
    public static byte[] literals(String... fields) {
        ByteBuf out = Unpooled.buffer();
        for (int i = 0; i < fields.length; i += 2) {
            FieldWriter.field(out, bytes(fields[i]), bytes(fields[i + 1]));
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
