package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.core.model.Sorry;
import io.weir.l7.head.Ascii;
import java.nio.charset.StandardCharsets;

/** A pool's sorry page as clients get it. Immutable, any thread. */
final class SorryPage {
    private final Sorry.Page page;
    private final byte[] keepAliveHead;
    private final byte[] closeHead;
    private final byte[] body;

    SorryPage(Sorry.Page page) {
        this.page = page;
        boolean mayHaveBody = page.status() != 204 && page.status() != 205 && page.status() != 304; // RFC 9110 15.3.5, 15.3.6, 15.4.5
        this.body = (mayHaveBody ? page.body() : "").getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder("HTTP/1.1 ").append(page.status()).append(" \r\n"); // the reason phrase is optional: RFC 9112 4
        if (body.length > 0) {
            head.append("Content-Type: ").append(page.body().startsWith("<") ? "text/html" : "text/plain").append("; charset=utf-8\r\n");
        }
        if (page.status() != 204 && page.status() != 304) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        if (!page.retryAfter().isZero()) {
            head.append("Retry-After: ").append(page.retryAfter().toSeconds()).append("\r\n");
        }
        head.append("X-Weir-Reason: weir; the pool has lost its quorum\r\n");
        this.keepAliveHead = Ascii.bytes(head + "\r\n");
        this.closeHead = Ascii.bytes(head + "Connection: close\r\n\r\n");
    }

    @SuppressWarnings("ReferenceEquality") // a page of the same configuration is the same object
    boolean isOf(Sorry.Page other) {
        return page == other;
    }

    int status() {
        return page.status();
    }

    ByteBuf encode(ByteBufAllocator allocator, boolean keepAlive, boolean withBody) {
        byte[] head = keepAlive ? keepAliveHead : closeHead;
        ByteBuf answer = allocator.directBuffer(head.length + body.length).writeBytes(head);
        return withBody ? answer.writeBytes(body) : answer;
    }
}
