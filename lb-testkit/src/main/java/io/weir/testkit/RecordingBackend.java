package io.weir.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A backend on a loopback port that remembers what it was sent and misbehaves on request. Any thread may call it; every connection has
 * a virtual thread of its own. Settings hold from the next request (HTTP) or connection (echo) on.
 */
public final class RecordingBackend implements AutoCloseable {
    private static final int BACKLOG = 4_096;
    private static final Duration ACCEPTOR_LEAVES = Duration.ofSeconds(5);

    /** What one connection does until it ends; closing the socket is not its business. */
    @FunctionalInterface
    interface Protocol {
        void serve(Socket connection, RecordingBackend backend) throws IOException, InterruptedException;
    }

    private final String name;
    private final Protocol protocol;
    private final ServerSocket listening;
    private final Thread acceptor;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour = Behaviour.ANSWER;
    private volatile Duration delay = Duration.ZERO;
    private volatile Function<RecordedRequest, HttpAnswer> answer;

    private RecordingBackend(String name, Protocol protocol, int port) {
        this.name = name;
        this.protocol = protocol;
        this.answer = _ -> HttpAnswer.ok(name + "\n");
        try {
            listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException("backend " + name + " cannot listen on port " + port, e);
        }
        acceptor = Thread.ofPlatform().daemon().name("accept-" + name).start(this::accept);
    }

    /** An HTTP/1.1 backend on a free port that answers 200 with its name, also in the field X-Backend. */
    public static RecordingBackend http(String name) {
        return http(name, 0);
    }

    /** As {@link #http(String)}, on the port of a backend that was closed before: the same backend come back. */
    public static RecordingBackend http(String name, int port) {
        return new RecordingBackend(name, HttpConversation::serve, port);
    }

    /** A TCP backend on a free port that sends back every byte and passes a half-close on. */
    public static RecordingBackend echo(String name) {
        return echo(name, 0);
    }

    /** As {@link #echo(String)}, on a given port. */
    public static RecordingBackend echo(String name, int port) {
        return new RecordingBackend(name, RecordingBackend::echoAll, port);
    }

    public String name() {
        return name;
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** Connections accepted since the start. */
    public int accepted() {
        return accepted.get();
    }

    /** Connections that are open now. */
    public int open() {
        return connections.size();
    }

    /** The HTTP requests that arrived whole, in the order of their arrival. */
    public List<RecordedRequest> requests() {
        return List.copyOf(requests);
    }

    public RecordingBackend behave(Behaviour newBehaviour) {
        this.behaviour = newBehaviour;
        return this;
    }

    /** Waits this long before each answer, and before the first echoed byte. */
    public RecordingBackend delay(Duration newDelay) {
        this.delay = newDelay;
        return this;
    }

    /** Answers each HTTP request with what {@code newAnswer} makes of it. */
    public RecordingBackend answer(Function<RecordedRequest, HttpAnswer> newAnswer) {
        this.answer = newAnswer;
        return this;
    }

    /** Stops listening and resets every connection, as a killed process does. */
    @Override
    public void close() {
        closeQuietly(listening);
        awaitAcceptor();
        connections.forEach(RecordingBackend::reset);
    }

    Behaviour behaviour() {
        return behaviour;
    }

    HttpAnswer answerTo(RecordedRequest request) {
        requests.add(request);
        return answer.apply(request);
    }

    void sleepForDelay() throws InterruptedException {
        Thread.sleep(delay);
    }

    /** Closes with a reset: what is unsent is dropped. */
    static void reset(Socket connection) {
        try {
            connection.setSoLinger(true, 0);
        } catch (IOException _) {
            // closed already
        }
        closeQuietly(connection);
    }

    /** The kernel goes on listening until the thread in accept has left it. */
    private void awaitAcceptor() {
        try {
            acceptor.join(ACCEPTOR_LEAVES);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket connection = listening.accept();
                accepted.incrementAndGet();
                connections.add(connection);
                Thread.ofVirtual().name(name + connection.getRemoteSocketAddress()).start(() -> serve(connection));
            } catch (IOException _) {
                // closed: the loop ends; a connection that was reset in the backlog: the next one
            }
        }
        connections.forEach(RecordingBackend::reset);
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            protocol.serve(connection, this);
        } catch (IOException _) {
            // the peer is gone, which tests do on purpose
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    private static void echoAll(Socket connection, RecordingBackend backend) throws IOException, InterruptedException {
        backend.sleepForDelay();
        switch (backend.behaviour) {
            case ANSWER, ANSWER_AND_CLOSE -> {
                connection.getInputStream().transferTo(connection.getOutputStream());
                connection.shutdownOutput();
            }
            case CLOSE -> connection.close();
            case RESET -> reset(connection);
            case SILENT -> connection.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception _) {
            // it is closed or was never open: both are what is wanted
        }
    }
}
