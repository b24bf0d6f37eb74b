package io.weir.l7.listener;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that does with each connection what a script says, on a thread of its own. */
final class RawBackend implements Closeable {
    /** What to do with one connection; it is closed afterwards. */
    @FunctionalInterface
    interface Script {
        void run(Connection connection) throws IOException, InterruptedException;
    }

    private final ServerSocket listening;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    RawBackend(Script script) {
        this.script = script;
        try {
            listening = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().start(this::accept);
    }

    /** A backend that answers the head of each request with the same bytes. */
    static RawBackend answering(String answer) {
        return new RawBackend(connection -> {
            while (connection.readHead()) {
                connection.write(answer);
            }
        });
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort());
    }

    int accepted() {
        return accepted.get();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                int number = accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket, number));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            script.run(new Connection(socket, number));
        } catch (IOException peerGone) {
            // tests do that on purpose
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One connection; the first that a backend accepts has number 1. */
    static final class Connection {
        private final Socket socket;
        private final InputStream in;
        private final int number;
        private String head = "";

        Connection(Socket socket, int number) throws IOException {
            this.socket = socket;
            this.number = number;
            this.in = new BufferedInputStream(socket.getInputStream());
        }

        int number() {
            return number;
        }

        Socket socket() {
            return socket;
        }

        InputStream in() {
            return in;
        }

        OutputStream out() throws IOException {
            return socket.getOutputStream();
        }

        /** What {@link #readHead} read last. */
        String head() {
            return head;
        }

        /** Reads to the end of a head; false when the peer ended the connection. */
        boolean readHead() throws IOException {
            var read = new StringBuilder();
            while (read.length() < 4 || !read.substring(read.length() - 4).equals("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    return false;
                }
                read.append((char) next);
            }
            head = read.toString();
            return true;
        }

        void write(String text) throws IOException {
            out().write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}
