package io.weir.health.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** An HTTP server that answers once on each connection, promises to keep it, and closes it at once. Any thread. */
final class ClosingServer implements AutoCloseable {
    private static final String END_OF_HEAD = "\r\n\r\n";

    private final ServerSocket listening = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());

    private ClosingServer() throws IOException {}

    static ClosingServer afterOneAnswer() throws IOException {
        var server = new ClosingServer();
        Thread.ofVirtual().start(server::serve);
        return server;
    }

    private void serve() {
        try {
            while (true) {
                try (Socket connection = listening.accept()) {
                    readHead(connection.getInputStream());
                    connection.getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Length: 0" + END_OF_HEAD).getBytes(ISO_8859_1));
                }
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static void readHead(InputStream in) throws IOException {
        var head = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            if (head.indexOf(END_OF_HEAD) >= 0) {
                return;
            }
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
