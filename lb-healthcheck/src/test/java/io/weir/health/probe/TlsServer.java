package io.weir.health.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A TLS server that answers what it reads with 204, and remembers its first connection. Any thread. */
final class TlsServer implements AutoCloseable {
    private final SSLServerSocket listening;
    private final CompletableFuture<Optional<String>> sni = new CompletableFuture<>();
    private final CompletableFuture<String> ending = new CompletableFuture<>();

    private TlsServer(SSLContext context) throws IOException {
        listening = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 16, InetAddress.getLoopbackAddress());
    }

    static TlsServer with(SSLContext context) throws IOException {
        var server = new TlsServer(context);
        Thread.ofVirtual().start(server::accept);
        return server;
    }

    private void accept() {
        try {
            while (true) {
                serve((SSLSocket) listening.accept());
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void serve(SSLSocket connection) {
        try (connection) {
            connection.startHandshake();
            sni.complete(((ExtendedSSLSession) connection.getSession()).getRequestedServerNames()
                .stream()
                .map(name -> ((SNIHostName) name).getAsciiName())
                .findFirst());
            InputStream in = connection.getInputStream();
            while (in.read(new byte[4_096]) > 0) {
                connection.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(ISO_8859_1));
            }
            ending.complete("end of TLS");
        } catch (IOException e) {
            ending.complete(String.valueOf(e.getMessage()));
        }
    }

    /** The name that the first client asked for. */
    CompletableFuture<Optional<String>> sni() {
        return sni;
    }

    /** How the first connection ended: {@code end of TLS}, or the error. */
    CompletableFuture<String> ending() {
        return ending;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
