package io.weir.l7.h2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.weir.l7.head.HeadLimits;
import io.weir.l7.head.MessageHead;

/**
 * Decodes the header blocks of one connection, in their order, into heads of ours. Confined to its loop.
 *
 * <p>Netty keeps HPACK's table and gives each field to {@link FieldSink}, which checks it and writes it down as HTTP/1
 * would have had it. Netty's own checks act in objects that this goes without, and are off.
 */
public final class HeadDecoder {
    /** Ours is the limit that counts: a block beyond Netty's would be an exception for each. */
    private static final long LIST_BYTES_OF_NETTY = 0xffff_ffffL;

    private final Hpack hpack = new Hpack();

    /** Decodes the whole block of a request. */
    public Decoded request(ByteBuf block, MessageHead head, HeadLimits limits) {
        return decode(block, head, limits, false);
    }

    /** Decodes the whole block of trailers, whose head holds fields only. */
    public Decoded trailers(ByteBuf block, MessageHead head, HeadLimits limits) {
        return decode(block, head, limits, true);
    }

    private Decoded decode(ByteBuf block, MessageHead head, HeadLimits limits, boolean trailers) {
        hpack.fields.begin(head, limits, trailers);
        try {
            hpack.decodeHeaders(0, block);
        } catch (Http2Exception broken) {
            return Decoded.BROKEN;
        }
        return hpack.fields.end();
    }

    private static final class Hpack extends DefaultHttp2HeadersDecoder {
        private final FieldSink fields = new FieldSink();
        private final Http2Headers sink = new Sink(fields);

        Hpack() {
            super(false, false, LIST_BYTES_OF_NETTY);
        }

        @Override
        protected Http2Headers newHeaders() {
            return sink;
        }
    }

    /** Stands where Netty adds fields, and holds none. */
    private static final class Sink extends DefaultHttp2Headers {
        private final FieldSink fields;

        Sink(FieldSink fields) {
            super(false, 2);
            this.fields = fields;
        }

        @Override
        public Http2Headers add(CharSequence name, CharSequence value) {
            fields.add((AsciiString) name, (AsciiString) value);
            return this;
        }
    }
}
