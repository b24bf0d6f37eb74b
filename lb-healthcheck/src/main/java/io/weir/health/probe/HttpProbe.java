package io.weir.health.probe;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.core.model.Probe;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * One HTTP/1 request, judged by the status of its answer and, where the check looks at it, by the first 8 KiB of the body (CLB-20). It is
 * judged as early as it can be; only on a connection that is to be kept the whole answer is read first, up to the same limit. Confined to the
 * probe loop.
 */
final class HttpProbe implements ProbeConversation {
    private static final int HEAD_LIMIT_BYTES = 8 * 1024;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Probe.Http settings;
    private final InetSocketAddress address;
    private final AnswerBody body = new AnswerBody();
    private State state = State.BEFORE_HEAD;
    private boolean keepable;
    private boolean heard;

    /** Stands before the codec, which keeps to itself what it has of a head that never ends. */
    private final class Ear extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            heard = true;
            context.fireChannelRead(message);
        }
    }

    /** How much of the answer is there. */
    private enum State {
        BEFORE_HEAD, IN_INTERIM_ANSWER, IN_BODY
    }

    HttpProbe(Probe.Http settings, InetSocketAddress address) {
        this.settings = settings;
        this.address = address;
    }

    @Override
    public List<ChannelHandler> codec() {
        var config = new HttpDecoderConfig().setMaxInitialLineLength(HEAD_LIMIT_BYTES)
            .setMaxHeaderSize(HEAD_LIMIT_BYTES)
            .setStrictLineParsing(false); // whether a server is strict is not what a probe wants to know
        return List.of(new Ear(), new HttpClientCodec(config, true, false));
    }

    @Override
    public boolean keepsConnections() {
        return settings.keepAlive();
    }

    @Override
    public void connected(ProbeConnection connection) {
        connection.send(request());
    }

    private FullHttpRequest request() {
        HttpVersion version = switch (settings.version()) {
            case HTTP_1_0 -> HttpVersion.HTTP_1_0;
            case HTTP_1_1 -> HttpVersion.HTTP_1_1;
        };
        var request = new DefaultFullHttpRequest(version, HttpMethod.valueOf(settings.method().name()), settings.path(),
                Unpooled.EMPTY_BUFFER);
        request.headers()
            .set(HttpHeaderNames.HOST, settings.host().orElseGet(this::hostOfAddress))
            .set(HttpHeaderNames.USER_AGENT, "weir-health-check")
            .set(HttpHeaderNames.ACCEPT, "*/*")
            .set(HttpHeaderNames.CONNECTION, settings.keepAlive() ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        return request;
    }

    private String hostOfAddress() {
        String literal = address.getAddress().getHostAddress();
        String host = address.getAddress() instanceof Inet6Address ? "[" + literal + "]" : literal;
        int usual = settings.tls().isPresent() ? HTTPS_PORT : HTTP_PORT;
        return address.getPort() == usual ? host : host + ":" + address.getPort();
    }

    @Override
    public void received(Object message, ProbeConnection connection) {
        if (message instanceof HttpResponse answer) {
            head(answer, connection);
        }
        if (message instanceof HttpContent content && state != State.BEFORE_HEAD) {
            content(content, connection);
        }
    }

    private void head(HttpResponse answer, ProbeConnection connection) {
        if (answer.decoderResult().isFailure()) {
            connection.fail(Cause.BAD_ANSWER, problem(answer.decoderResult().cause()));
            return;
        }
        int code = answer.status().code();
        if (answer.status().codeClass() == HttpStatusClass.INFORMATIONAL && code != 101) {
            state = State.IN_INTERIM_ANSWER; // RFC 9110 15.2: passed over
            return;
        }
        state = State.IN_BODY;
        if (!settings.expect().contains(code)) {
            connection.fail(Cause.WRONG_STATUS, "status " + code + ", want " + String.join(" or ", settings.expect().text()));
            return;
        }
        keepable = settings.keepAlive() && HttpUtil.isKeepAlive(answer);
        if (settings.body().isEmpty() && !keepable) {
            connection.pass();
        }
    }

    private static String problem(Throwable failure) {
        return switch (failure) {
            case TooLongFrameException _ -> "answer's head is over 8KiB";
            default -> "not an HTTP/1 answer";
        };
    }

    private void content(HttpContent content, ProbeConnection connection) {
        boolean last = content instanceof LastHttpContent;
        if (state == State.IN_INTERIM_ANSWER) {
            state = last ? State.BEFORE_HEAD : state;
            return;
        }
        if (content.decoderResult().isFailure()) {
            connection.fail(Cause.BAD_ANSWER, "not an HTTP/1 body");
            return;
        }
        body.add(content.content());
        if (last || body.overLimit()) {
            judge(last, connection);
        }
    }

    private void judge(boolean whole, ProbeConnection connection) {
        var mismatch = settings.body().flatMap(body::mismatch);
        if (mismatch.isPresent()) {
            connection.fail(Cause.WRONG_BODY, mismatch.get());
        } else if (whole && keepable) {
            connection.passAndKeep();
        } else {
            connection.pass();
        }
    }

    @Override
    public void closedByPeer(ProbeConnection connection) {
        if (!heard) {
            connection.fail(Cause.CLOSED, Cause.CLOSED.text());
        } else {
            connection.fail(Cause.BAD_ANSWER,
                    state == State.IN_BODY ? "closed within the answer's body" : "closed within the answer's head");
        }
    }
}
