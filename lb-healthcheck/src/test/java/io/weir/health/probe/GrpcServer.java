package io.weir.health.probe;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 server that remembers one call and answers as it is told. Any thread. */
final class GrpcServer implements AutoCloseable {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final CompletableFuture<String> request = new CompletableFuture<>();
    private final Channel listening;

    private GrpcServer(BiConsumer<ChannelHandlerContext, Http2FrameStream> answer, @Nullable SSLContext tls) {
        listening = new ServerBootstrap().group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    if (tls != null) {
                        channel.pipeline().addLast(new SslHandler(engine(tls)));
                    }
                    channel.pipeline().addLast(Http2FrameCodecBuilder.forServer().build(), new Call(answer));
                }
            })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    }

    static GrpcServer answering(BiConsumer<ChannelHandlerContext, Http2FrameStream> answer) {
        return new GrpcServer(answer, null);
    }

    static GrpcServer answering(BiConsumer<ChannelHandlerContext, Http2FrameStream> answer, SSLContext tls) {
        return new GrpcServer(answer, tls);
    }

    private static SSLEngine engine(SSLContext tls) {
        SSLEngine engine = tls.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** A whole answer of the health service. */
    static BiConsumer<ChannelHandlerContext, Http2FrameStream> health(int status) {
        return (context, stream) -> {
            var head = new DefaultHttp2Headers().status("200").set("content-type", "application/grpc");
            byte[] message = {0, 0, 0, 0, 2, 8, (byte) status};
            var _ = context.write(new DefaultHttp2HeadersFrame(head).stream(stream));
            var _ = context.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(message)).stream(stream));
            var _ = context
                .writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().set("grpc-status", "0"), true).stream(stream));
        };
    }

    static BiConsumer<ChannelHandlerContext, Http2FrameStream> trailersOnly(int grpcStatus) {
        return (context, stream) -> {
            var _ = context.writeAndFlush(new DefaultHttp2HeadersFrame(
                    new DefaultHttp2Headers().status("200").set("content-type", "application/grpc").set("grpc-status", "" + grpcStatus),
                    true)
                .stream(stream));
        };
    }

    private final class Call extends SimpleChannelInboundHandler<Http2Frame> {
        private final BiConsumer<ChannelHandlerContext, Http2FrameStream> answer;
        private String head = "";

        Call(BiConsumer<ChannelHandlerContext, Http2FrameStream> answer) {
            this.answer = answer;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2Frame frame) {
            if (frame instanceof Http2HeadersFrame headers) {
                head = headers.headers().method() + " " + headers.headers().path() + " " + headers.headers().get("content-type");
            } else if (frame instanceof Http2DataFrame data && data.isEndStream()) {
                request.complete(head + " " + ByteBufUtil.hexDump(data.content()));
                answer.accept(context, data.stream());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }

    /** Method, path, content type and the message in hexadecimal. */
    CompletableFuture<String> request() {
        return request;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }
}
