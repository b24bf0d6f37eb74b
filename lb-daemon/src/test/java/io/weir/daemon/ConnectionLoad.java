package io.weir.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients at a fixed rate, each with a connection and a request of its own, sent when it is due whether or not earlier ones were answered; and
 * some that keep their connection for as long as the server does. Everything but a whole answer is an error. The ports take turns. It runs
 * from its making until {@link #stop}.
 */
final class ConnectionLoad implements AutoCloseable {
    private static final int LIMIT_MILLIS = 10_000;
    private static final int MOST_ERRORS_KEPT = 20;
    private static final String ONCE = "GET / HTTP/1.1\r\nHost: load\r\nConnection: close\r\n\r\n";
    private static final String AGAIN = "GET / HTTP/1.1\r\nHost: load\r\n\r\n";
    private static final long PAUSE_NANOS = 5_000_000;

    private final List<Integer> ports;
    private final int perSecond;
    private final Phaser underWay = new Phaser(1);
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    private ConnectionLoad(List<Integer> ports, int perSecond) {
        this.ports = ports;
        this.perSecond = perSecond;
    }

    /**
     * Begins.
     *
     * @param keptPort where the clients that keep their connection go; HTTP
     */
    static ConnectionLoad start(List<Integer> ports, int perSecond, int keptPort, int kept) {
        var load = new ConnectionLoad(ports, perSecond);
        load.underWay.bulkRegister(kept + 1);
        Thread.ofPlatform().name("load").start(load::pace);
        for (int i = 0; i < kept; i++) {
            Thread.ofVirtual().start(() -> load.keep(keptPort));
        }
        return load;
    }

    /** Requests that were answered whole. */
    int answered() {
        return answered.get();
    }

    /** Those that were not. */
    int failed() {
        return failed.get();
    }

    /** Why, of the first ones. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    /** Sends no more, and returns when all that were sent have ended. */
    void stop() {
        stopped = true;
        underWay.arriveAndAwaitAdvance();
    }

    @Override
    public void close() {
        stopped = true;
    }

    private void pace() {
        long begunNanos = System.nanoTime();
        for (long number = 0; !stopped; number++) {
            long dueNanos = begunNanos + number * 1_000_000_000L / perSecond;
            for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            int port = ports.get((int) (number % ports.size()));
            underWay.register();
            Thread.ofVirtual().start(() -> once(port));
        }
        underWay.arriveAndDeregister();
    }

    private void once(int port) {
        try (Socket socket = connected(port)) {
            socket.getOutputStream().write(ONCE.getBytes(StandardCharsets.US_ASCII));
            judge(port, new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            fail(port, e.toString());
        } finally {
            underWay.arriveAndDeregister();
        }
    }

    private void keep(int port) {
        while (!stopped) {
            try (Socket socket = connected(port)) {
                boolean goesOn = true;
                while (goesOn && !stopped) {
                    socket.getOutputStream().write(AGAIN.getBytes(StandardCharsets.US_ASCII));
                    String answer = answer(socket.getInputStream());
                    judge(port, answer);
                    goesOn = !answer.toLowerCase(java.util.Locale.ROOT).contains("connection: close");
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (IOException e) {
                fail(port, "kept: " + e);
            }
        }
        underWay.arriveAndDeregister();
    }

    private static Socket connected(int port) throws IOException {
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
            socket.setSoTimeout(LIMIT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** One answer of {@link OneAnswerServer}: it ends with its body. */
    private static String answer(InputStream in) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0 || !text.toString().endsWith(OneAnswerServer.BODY)) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the end after '" + text + "'");
            }
            text.append((char) next);
        }
        return text.toString();
    }

    private void judge(int port, String answer) {
        if (answer.startsWith("HTTP/1.1 200 ") && answer.endsWith(OneAnswerServer.BODY)) {
            answered.incrementAndGet();
        } else {
            fail(port, "'" + answer + "'");
        }
    }

    private void fail(int port, String why) {
        failed.incrementAndGet();
        if (errors.size() < MOST_ERRORS_KEPT) {
            errors.add(java.time.Instant.now() + " port " + port + ": " + why);
        }
    }
}
