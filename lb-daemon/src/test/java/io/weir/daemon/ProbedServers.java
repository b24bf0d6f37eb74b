package io.weir.daemon;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.weir.testkit.LoopbackNameServer;
import io.weir.testkit.ManagedProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A backend of each protocol on loopback, and a script's file; all are well, or all answer wrongly. Any thread. */
final class ProbedServers implements AutoCloseable {
    private static final int SERVING = 1;
    private static final int NOT_SERVING = 2;
    private static final int SERVFAIL = 2;
    private static final String PASSWORD = "changeit";

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final LoopbackNameServer names = new LoopbackNameServer();
    private final DatagramSocket echo = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final InetSocketAddress grpc;
    private final Path scriptFile;
    private volatile boolean well = true;

    ProbedServers(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        scriptFile = folder.resolve("well");
        https.setHttpsConfigurator(new HttpsConfigurator(ownCertificate(folder)));
        https.createContext("/", exchange -> {
            byte[] body = (well ? "ready" : "starting").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        https.start();
        Thread.ofVirtual().start(this::answerDatagrams);
        grpc = (InetSocketAddress) new ServerBootstrap().group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(SocketChannel channel) {
                    channel.pipeline().addLast(Http2FrameCodecBuilder.forServer().build(), new HealthService());
                }
            })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel()
            .localAddress();
        names.has("health.test", LoopbackNameServer.address("192.0.2.1", 1));
        allWell();
    }

    /** Every one answers rightly from now on. */
    void allWell() throws IOException {
        well = true;
        names.answersWith(0);
        Files.writeString(scriptFile, "");
    }

    /** Every one still answers, but wrongly. */
    void allWrong() throws IOException {
        well = false;
        names.answersWith(SERVFAIL);
        Files.delete(scriptFile);
    }

    int httpsPort() {
        return https.getAddress().getPort();
    }

    int grpcPort() {
        return grpc.getPort();
    }

    int udpPort() {
        return echo.getLocalPort();
    }

    int dnsPort() {
        return names.address().getPort();
    }

    /** There while all are well. */
    Path scriptFile() {
        return scriptFile;
    }

    @Override
    public void close() {
        https.stop(0);
        echo.close();
        names.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void answerDatagrams() {
        try {
            while (true) {
                var packet = new DatagramPacket(new byte[512], 512);
                echo.receive(packet);
                byte[] answer = (well ? "PONG" : "what?").getBytes(StandardCharsets.UTF_8);
                echo.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    /** Answers each call as grpc.health.v1.Health/Check. */
    private final class HealthService extends SimpleChannelInboundHandler<Http2Frame> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2Frame frame) {
            if (frame instanceof Http2DataFrame data && data.isEndStream()) {
                Http2FrameStream stream = data.stream();
                byte[] message = {0, 0, 0, 0, 2, 8, (byte) (well ? SERVING : NOT_SERVING)};
                var head = new DefaultHttp2Headers().status("200").set("content-type", "application/grpc");
                var trailers = new DefaultHttp2Headers().set("grpc-status", "0");
                var _ = context.write(new DefaultHttp2HeadersFrame(head).stream(stream));
                var _ = context.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(message)).stream(stream));
                var _ = context.writeAndFlush(new DefaultHttp2HeadersFrame(trailers, true).stream(stream));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }

    /** A server with a certificate that no authority signed. */
    private static SSLContext ownCertificate(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        Path store = folder.resolve("server.p12");
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        try (var process = ManagedProcess.start(keytool, "-genkeypair", "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass",
                PASSWORD, "-alias", "server", "-dname", "CN=server.test", "-keyalg", "EC", "-groupname", "secp256r1")) {
            int code = process.awaitExit(Duration.ofSeconds(30));
            if (code != 0) {
                throw new IllegalStateException("keytool exited with " + code + ": " + process.output());
            }
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store)) {
            keys.load(file, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
