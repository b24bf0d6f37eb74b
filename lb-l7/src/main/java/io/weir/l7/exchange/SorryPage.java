package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.core.model.Sorry;
import io.weir.l7.h2.FieldWriter;
import io.weir.l7.head.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A pool's sorry page as clients get it. Immutable, any thread. */
final class SorryPage {
    private final Sorry.Page page;
    private final byte[] keepAliveHead;
    private final byte[] closeHead;
    private final byte[] block;
    private final byte[] body;

    SorryPage(Sorry.Page page) {
        this.page = page;
        boolean mayHaveBody = page.status() != 204 && page.status() != 205 && page.status() != 304; // RFC 9110 15.3.5, 15.3.6, 15.4.5
        this.body = (mayHaveBody ? page.body() : "").getBytes(StandardCharsets.UTF_8);
        List<String> fields = new ArrayList<>();
        if (body.length > 0) {
            fields.addAll(List.of("Content-Type", (page.body().startsWith("<") ? "text/html" : "text/plain") + "; charset=utf-8"));
        }
        if (page.status() != 204 && page.status() != 304) {
            fields.addAll(List.of("Content-Length", Integer.toString(body.length)));
        }
        if (!page.retryAfter().isZero()) {
            fields.addAll(List.of("Retry-After", Long.toString(page.retryAfter().toSeconds())));
        }
        fields.addAll(List.of("X-Weir-Reason", "weir; the pool has lost its quorum"));
        var head = new StringBuilder("HTTP/1.1 ").append(page.status()).append(" \r\n"); // the reason phrase is optional: RFC 9112 4
        for (int i = 0; i < fields.size(); i += 2) {
            head.append(fields.get(i)).append(": ").append(fields.get(i + 1)).append("\r\n");
        }
        this.keepAliveHead = Ascii.bytes(head + "\r\n");
        this.closeHead = Ascii.bytes(head + "Connection: close\r\n\r\n");
        this.block = FieldWriter.block(page.status(), fields.toArray(String[]::new));
    }

    @SuppressWarnings("ReferenceEquality") // a page of the same configuration is the same object
    boolean isOf(Sorry.Page other) {
        return page == other;
    }

    int status() {
        return page.status();
    }

    /** Its head for HTTP/2. */
    byte[] block() {
        return block;
    }

    byte[] body() {
        return body;
    }

    ByteBuf encode(ByteBufAllocator allocator, boolean keepAlive, boolean withBody) {
        byte[] head = keepAlive ? keepAliveHead : closeHead;
        ByteBuf answer = allocator.directBuffer(head.length + body.length).writeBytes(head);
        return withBody ? answer.writeBytes(body) : answer;
    }
}
