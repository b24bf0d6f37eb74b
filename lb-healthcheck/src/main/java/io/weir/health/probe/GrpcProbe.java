package io.weir.health.probe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.NetUtil;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.core.model.BodyMatch;
import io.weir.core.model.Probe;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * One call of grpc.health.v1.Health/Check: SERVING is a success (gRPC "Health Checking Protocol"; framing by gRPC "over HTTP2"). Confined to
 * the probe loop.
 */
final class GrpcProbe implements ProbeConversation {
    private final Probe.Grpc settings;
    private final InetSocketAddress address;
    private final Streams streams = new Streams();
    private final ByteBuf message = Unpooled.buffer(64, BodyMatch.MAX_BYTES);

    /** Stands behind the codec, to open the call's stream. */
    private static final class Streams extends Http2ChannelDuplexHandler {}

    GrpcProbe(Probe.Grpc settings, InetSocketAddress address) {
        this.settings = settings;
        this.address = address;
    }

    @Override
    public List<ChannelHandler> codec() {
        return List.of(Http2FrameCodecBuilder.forClient()
            .initialSettings(Http2Settings.defaultSettings().pushEnabled(false))
            .gracefulShutdownTimeoutMillis(0)
            .build(), streams);
    }

    /** RFC 3986 3.2.2: an IPv6 address stands in brackets. */
    static String authority(InetSocketAddress address) {
        return NetUtil.toSocketAddressString(address);
    }

    @Override
    public void connected(ProbeConnection connection) {
        Http2FrameStream call = streams.newStream();
        Http2Headers head = new DefaultHttp2Headers().method("POST")
            .scheme(settings.tls().isPresent() ? "https" : "http")
            .path("/grpc.health.v1.Health/Check")
            .authority(authority(address))
            .set("te", "trailers")
            .set("content-type", "application/grpc")
            .set("user-agent", "weir-health-check");
        connection.send(new DefaultHttp2HeadersFrame(head).stream(call));
        connection.send(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(GrpcHealth.request(settings.service())), true).stream(call));
    }

    @Override
    public void received(Object frame, ProbeConnection connection) {
        switch (frame) {
            case Http2HeadersFrame head -> headers(head, connection);
            case Http2DataFrame data -> data(data, connection);
            case Http2ResetFrame reset -> connection.fail(Cause.BAD_ANSWER, "the server reset the call, HTTP/2 error " + reset.errorCode());
            case Http2GoAwayFrame away when away.errorCode() != 0 ->
                connection.fail(Cause.BAD_ANSWER, "the server ended the connection, HTTP/2 error " + away.errorCode());
            default -> {
            }
        }
    }

    private void headers(Http2HeadersFrame frame, ProbeConnection connection) {
        CharSequence http = frame.headers().status();
        if (http != null && !"200".contentEquals(http)) {
            connection.fail(Cause.WRONG_STATUS, "HTTP status " + http + ", want 200");
            return;
        }
        CharSequence status = frame.headers().get("grpc-status");
        if (status != null && !"0".contentEquals(status)) {
            connection.fail(Cause.WRONG_STATUS, "grpc status " + GrpcHealth.statusName(status) + ", want OK");
        } else if (frame.isEndStream()) {
            judge(connection);
        }
    }

    private void data(Http2DataFrame frame, ProbeConnection connection) {
        if (frame.content().readableBytes() > message.maxWritableBytes()) {
            connection.fail(Cause.BAD_ANSWER, "grpc answer is over 8KiB");
            return;
        }
        message.writeBytes(frame.content(), frame.content().readerIndex(), frame.content().readableBytes());
        if (frame.isEndStream()) {
            judge(connection);
        }
    }

    private void judge(ProbeConnection connection) {
        byte[] bytes = new byte[message.readableBytes()];
        message.getBytes(0, bytes);
        switch (GrpcHealth.answer(bytes)) {
            case GrpcHealth.Answer.Serving(int status) when status == GrpcHealth.SERVING -> {
                connection.pass();
                connection.endOutput();
            }
            case GrpcHealth.Answer.Serving(int status) ->
                connection.fail(Cause.WRONG_STATUS, "grpc health is " + GrpcHealth.servingName(status) + ", want SERVING");
            case GrpcHealth.Answer.Malformed(String problem) -> connection.fail(Cause.BAD_ANSWER, problem);
        }
    }

    @Override
    public void closedByPeer(ProbeConnection connection) {
        connection.fail(Cause.CLOSED, Cause.CLOSED.text());
    }
}
