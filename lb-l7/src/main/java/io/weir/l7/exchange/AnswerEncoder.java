package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.weir.l7.guard.Body;
import io.weir.l7.guard.ResponseGuard;
import io.weir.l7.head.Ascii;
import io.weir.l7.head.HeadWriter;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Token;
import io.weir.l7.loop.HttpLoop;

/**
 * Turns a backend's answer into what a client of HTTP/1 gets. Confined to one loop; reused for answer after answer.
 *
 * <p>A body that ends with the backend's connection is put into chunks, so that the client's connection lives on.
 */
final class AnswerEncoder {
    private static final byte[] CHUNKED = Ascii.bytes("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE = Ascii.bytes("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = Ascii.bytes("Connection: keep-alive\r\n");
    private static final byte[] LINE_END = {Ascii.CR, Ascii.LF};
    private static final int NO_CONTENT = 204;

    private final HttpLoop loop;
    private boolean http11;
    private boolean makesChunks;
    private boolean chunkOpen;

    AnswerEncoder(HttpLoop loop) {
        this.loop = loop;
    }

    /** Starts on the answer to a request of HTTP/1.1 or, if not, HTTP/1.0. */
    void begin(boolean toHttp11) {
        http11 = toHttp11;
        makesChunks = chunkOpen = false;
    }

    /** An interim answer. */
    ByteBuf interim(MessageHead head) {
        loop.hopByHop().stripResponse(head);
        HeadWriter writer = loop.writer();
        writer.clear();
        writer.statusLine(head).fields(head).raw(LINE_END);
        return loop.written();
    }

    /** The head with what has come of the body, which is used up. */
    ByteBuf head(MessageHead head, ResponseGuard guard, boolean keepAlive, ByteBuf body) {
        loop.hopByHop().stripResponse(head);
        dropLengthWithoutBody(head);
        HeadWriter writer = loop.writer();
        writer.clear();
        writer.statusLine(head).fields(head);
        if (http11 && guard.body() < 0) {
            writer.raw(CHUNKED);
        }
        if (!keepAlive) {
            writer.raw(CLOSE);
        } else if (!http11) {
            writer.raw(KEEP_ALIVE);
        }
        writer.raw(LINE_END);
        makesChunks = http11 && guard.body() == Body.UNTIL_CLOSE;
        if (makesChunks && body.isReadable()) {
            chunkLine(writer, body.readableBytes());
        }
        return loop.assemble(body);
    }

    /** More of the body, which is used up. */
    ByteBuf body(ByteBuf part) {
        if (!makesChunks) {
            return part;
        }
        loop.writer().clear();
        chunkLine(loop.writer(), part.readableBytes());
        return loop.assemble(part);
    }

    /** Whether {@link #end} has something to say. */
    boolean endsWithChunk() {
        return makesChunks;
    }

    /** The last chunk. */
    ByteBuf end() {
        HeadWriter writer = loop.writer();
        writer.clear();
        if (chunkOpen) {
            writer.raw(LINE_END);
        }
        writer.hexadecimal(0).raw(LINE_END).raw(LINE_END);
        return loop.written();
    }

    /** RFC 9110 8.6: no length where there never is a body. */
    static void dropLengthWithoutBody(MessageHead head) {
        int length = head.status() == NO_CONTENT ? head.find(Token.CONTENT_LENGTH) : -1;
        if (length >= 0) {
            head.remove(length);
        }
    }

    /** Ends the chunk before and begins one of {@code size} bytes. */
    private void chunkLine(HeadWriter writer, int size) {
        if (chunkOpen) {
            writer.raw(LINE_END);
        }
        writer.hexadecimal(size).raw(LINE_END);
        chunkOpen = true;
    }
}
