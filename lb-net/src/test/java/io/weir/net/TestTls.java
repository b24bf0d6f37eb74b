package io.weir.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.weir.core.model.Certificate;
import io.weir.core.model.TlsTerms;
import io.weir.net.tls.CertificateChain;
import io.weir.net.tls.TicketKeys;
import io.weir.net.tls.TlsServer;
import io.weir.testkit.TestAuthority;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLSocket;

/** Ends the TLS of a test's connections with a certificate for {@code shop.example}. Any thread. */
final class TestTls implements RelayTls, AutoCloseable {
    static final String NAME = "shop.example";

    private final TestAuthority authority;

    private final TlsServer server;

    final Queue<String> outcomes = new ConcurrentLinkedQueue<>();

    volatile Duration timeout = Duration.ofSeconds(20);

    TestTls(Path folder) throws Exception {
        authority = new TestAuthority(folder);
        TestAuthority.Issued issued = authority.issue("shop", NAME);
        var chain = CertificateChain.read(new Certificate("shop", issued.certificate(), issued.key()));
        server = TlsServer.of("test", TlsTerms.of("shop"), List.of(chain), List.of(), Optional.of(TicketKeys.random()));
    }

    /** A client's TLS over a connection, after its handshake. */
    SSLSocket over(Socket wire) throws IOException {
        var socket = (SSLSocket) authority.client().getSocketFactory().createSocket(wire, NAME, wire.getPort(), false);
        socket.startHandshake();
        return socket;
    }

    @Override
    public SslHandler handler(ByteBufAllocator allocator) {
        return server.handler(allocator, NAME);
    }

    @Override
    public Duration timeout() {
        return timeout;
    }

    @Override
    public void secured(SslHandler tls) {
        outcomes.add("secured");
    }

    @Override
    public void failed(Throwable cause) {
        outcomes.add("failed");
    }

    @Override
    public void close() {
        server.release();
    }
}
