package io.weir.daemon.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One administrator's connection: a request at a time, handled on a virtual thread while the connection does not read. Confined to the
 * {@code admin} loop.
 */
final class AdminConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    /** How long a connection may take to its next whole request. */
    static final Duration REQUEST_ARRIVAL = Duration.ofSeconds(60);
    /** How long a client may take to read an answer, or a piece of a stream. */
    static final Duration ANSWER_WRITTEN = Duration.ofSeconds(30);

    /** Requests that a client may send before it has the answer to the first. */
    static final int MOST_PIPELINED = 16;

    private static final Logger LOG = LoggerFactory.getLogger(AdminConnection.class);

    private final RequestThreads threads;
    private final Router router;
    private final Predicate<String> hostAccepted;
    private final String by;
    /** Requests that came in one read with the one that is handled. */
    private final ArrayDeque<FullHttpRequest> waiting = new ArrayDeque<>();
    private boolean busy;
    private @Nullable ScheduledFuture<?> arrival;
    private @Nullable Thread handling;

    /**
     * @param hostAccepted whether a Host field names this server; a page of another site that resolves to this address sends its own name
     * @param by who is at the other end
     */
    AdminConnection(RequestThreads threads, Router router, Predicate<String> hostAccepted, String by) {
        this.threads = threads;
        this.router = router;
        this.hostAccepted = hostAccepted;
        this.by = by;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        awaitRequest(context);
    }

    private void awaitRequest(ChannelHandlerContext context) {
        busy = false;
        FullHttpRequest next = waiting.poll();
        if (next != null) {
            begin(context, next);
            return;
        }
        arrival = context.executor().schedule((Runnable) () -> close(context), REQUEST_ARRIVAL.toSeconds(), TimeUnit.SECONDS);
        context.read();
    }

    private void stopWaiting() {
        if (arrival != null) {
            arrival.cancel(false);
            arrival = null;
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
        if (!busy) {
            begin(context, message.retain());
        } else if (waiting.size() < MOST_PIPELINED) {
            waiting.add(message.retain());
        } else {
            close(context);
        }
    }

    private void begin(ChannelHandlerContext context, FullHttpRequest message) {
        stopWaiting();
        busy = true;
        try {
            judge(context, message);
        } finally {
            message.release();
        }
    }

    private void judge(ChannelHandlerContext context, FullHttpRequest message) {
        boolean keepAlive = HttpUtil.isKeepAlive(message);
        if (message.decoderResult().isFailure()) {
            refuse(context, ProblemDocument.of(400, "this is no HTTP/1.1 request: " + message.decoderResult().cause().getMessage()));
            return;
        }
        if (!hostAccepted.test(message.headers().get(HttpHeaderNames.HOST, ""))) {
            refuse(context, ProblemDocument.of(421, "the Host field names somebody else; use the address of admin.http"));
            return;
        }
        Request request;
        try {
            request = request(message);
        } catch (IllegalArgumentException e) {
            refuse(context, ProblemDocument.of(400, "malformed request: " + e.getMessage()));
            return;
        }
        handling = threads.start(() -> handle(context, request, keepAlive));
        if (handling == null) {
            refuse(context, ProblemDocument.of(503, "too many requests are being handled; try again"));
        }
    }

    private Request request(FullHttpRequest message) {
        var target = new QueryStringDecoder(message.uri());
        return new Request(message.method().name(), target.rawPath(), target.parameters(), message.headers().copy(),
                text(message.content()), Map.of(), by);
    }

    private static String text(ByteBuf body) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(body.nioBuffer()).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the body is not UTF-8", e);
        }
    }

    /** On the virtual thread of the request. */
    private void handle(ChannelHandlerContext context, Request request, boolean keepAlive) {
        try {
            switch (router.answer(request)) {
                case Response.Whole whole -> context.executor().execute(() -> send(context, whole, keepAlive));
                case Response.Stream stream -> send(context, stream);
            }
        } catch (InterruptedException _) {
            close(context);
        }
    }

    private void refuse(ChannelHandlerContext context, ProblemDocument problem) {
        send(context, Response.problem(problem), false);
    }

    private void send(ChannelHandlerContext context, Response.Whole answer, boolean keepAlive) {
        var message = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()),
                Unpooled.copiedBuffer(answer.body(), StandardCharsets.UTF_8));
        fields(message, answer);
        HttpUtil.setContentLength(message, message.content().readableBytes());
        HttpUtil.setKeepAlive(message, keepAlive);
        ChannelFuture written = context.writeAndFlush(message);
        var deadline = context.executor().schedule((Runnable) () -> close(context), ANSWER_WRITTEN.toSeconds(), TimeUnit.SECONDS);
        var _ = written.addListener(_ -> {
            deadline.cancel(false);
            handling = null;
            if (keepAlive && written.isSuccess()) {
                awaitRequest(context);
            } else {
                close(context);
            }
        });
    }

    /** On the virtual thread of the request. */
    private void send(ChannelHandlerContext context, Response.Stream answer) throws InterruptedException {
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()));
        fields(head, answer);
        HttpUtil.setTransferEncodingChunked(head, true);
        HttpUtil.setKeepAlive(head, false);
        var _ = context.writeAndFlush(head);
        context.executor().execute(context::read); // so that the end of the connection is seen
        answer.source().writeTo(piece -> {
            var content = new DefaultHttpContent(Unpooled.copiedBuffer(piece, StandardCharsets.UTF_8));
            ChannelFuture written = context.writeAndFlush(content);
            return written.await(ANSWER_WRITTEN.toSeconds(), TimeUnit.SECONDS) && written.isSuccess();
        });
        var _ = context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
    }

    private static void fields(HttpMessage message, Response answer) {
        answer.headers().forEach((name, value) -> message.headers().set(name, value));
        message.headers().set("cache-control", "no-store");
        message.headers().set("x-content-type-options", "nosniff");
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopWaiting();
        waiting.forEach(FullHttpRequest::release);
        waiting.clear();
        if (handling != null) {
            handling.interrupt();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("admin connection of {} ends: {}", by, cause.toString());
        close(context);
    }

    private static void close(ChannelHandlerContext context) {
        var _ = context.close();
    }
}
