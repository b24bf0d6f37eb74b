package io.weir.daemon;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A backend that answers every request with the same words and remembers none, for loads that a recording one would not bear. Any thread. */
final class OneAnswerServer implements AutoCloseable {
    static final String BODY = "well\n";

    private static final int BACKLOG = 4_096;

    private final ServerSocket listening;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    private OneAnswerServer(ServerSocket listening) {
        this.listening = listening;
    }

    /** Starts one on a free loopback port. */
    static OneAnswerServer start() {
        try {
            var server = new OneAnswerServer(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
            Thread.ofPlatform().daemon().name("one-answer").start(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket connection = listening.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException _) {
                // closed, or a client that is gone already
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            var lines = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
            boolean last = false;
            while (!last && lines.readLine() != null) {
                for (String field = lines.readLine(); field != null && !field.isEmpty(); field = lines.readLine()) {
                    last |= field.equalsIgnoreCase("Connection: close");
                }
                String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length() + (last ? "\r\nConnection: close" : "") + "\r\n\r\n"
                        + BODY;
                connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException _) {
            // the client is gone
        } finally {
            connections.remove(connection);
        }
    }
}
