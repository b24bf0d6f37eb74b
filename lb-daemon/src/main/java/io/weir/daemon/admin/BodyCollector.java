package io.weir.daemon.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** Puts a request together, and refuses one that is too large with a problem document. Confined to the {@code admin} loop. */
final class BodyCollector extends HttpObjectAggregator {
    static final int MAX_BODY_BYTES = 16 << 20;

    BodyCollector() {
        super(MAX_BODY_BYTES, true);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
        Response.Whole answer = Response.problem(ProblemDocument.of(413, "the body is larger than 16 MiB"));
        var message = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                Unpooled.copiedBuffer(answer.body(), StandardCharsets.UTF_8));
        answer.headers().forEach((name, value) -> message.headers().set(name, value));
        HttpUtil.setContentLength(message, message.content().readableBytes());
        HttpUtil.setKeepAlive(message, false);
        var _ = context.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE);
    }
}
