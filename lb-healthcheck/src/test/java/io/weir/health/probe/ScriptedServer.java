package io.weir.health.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;

/** A server for one connection that does what it is told to, byte by byte. Any thread. */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket listening;
    private final CompletableFuture<String> ending = new CompletableFuture<>();

    /** What the server does with its connection. */
    interface Script {
        void play(Socket connection) throws IOException;
    }

    private ScriptedServer(Script script) {
        try {
            listening = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(() -> serve(script));
    }

    static ScriptedServer doing(Script script) {
        return new ScriptedServer(script);
    }

    private void serve(Script script) {
        try (Socket connection = listening.accept()) {
            script.play(connection);
            connection.getInputStream().readAllBytes();
            ending.complete("FIN");
        } catch (IOException e) {
            ending.complete(String.valueOf(e.getMessage()));
        }
    }

    /** How the client ended the connection: {@code FIN}, or the error. */
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
