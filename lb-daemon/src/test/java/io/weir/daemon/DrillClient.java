package io.weir.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The outside client of a drill, in a process of its own: requests at a fixed rate, each on a connection of its own and sent when it is due
 * whether or not earlier ones were answered, and long TCP connections that exchange a byte twice a second and are made anew when they
 * break. It prints a line for each request at its end and each connection that broke; {@link System#nanoTime} is the same clock for all
 * processes of a host. SIGTERM ends it, once every request is answered or given up.
 */
final class DrillClient {
    /** The last line. */
    static final String DONE = "done";
    /** What a line on a broken connection begins with. */
    static final String BROKEN = "broken ";

    private static final Duration BETWEEN_BYTES = Duration.ofMillis(500);

    private final InetSocketAddress web;
    private final InetSocketAddress edge;
    private final int limitMillis;
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    /** The clock, and every request under way. */
    private final Phaser underWay = new Phaser(1);
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** A request that is over; {@code status} is 0 and {@code backend} says why if there was no whole answer. */
    record Exchange(long startedNanos, long endedNanos, int status, String backend) {
        private static final String WORD = "request";

        String line() {
            return WORD + " " + startedNanos + " " + endedNanos + " " + status + " " + backend.replace(' ', '-');
        }

        static @Nullable Exchange parse(String line) {
            String[] parts = line.split(" ", -1);
            return parts[0].equals(WORD) && parts.length == 5
                    ? new Exchange(Long.parseLong(parts[1]), Long.parseLong(parts[2]), Integer.parseInt(parts[3]), parts[4])
                    : null;
        }

        boolean failed() {
            return status < 200 || status > 299;
        }

        boolean servedByPrimary() {
            return !failed() && backend.startsWith("a-");
        }

        Duration took() {
            return Duration.ofNanos(endedNanos - startedNanos);
        }
    }

    private DrillClient(InetSocketAddress web, InetSocketAddress edge, Duration limit) {
        this.web = web;
        this.edge = edge;
        this.limitMillis = Math.toIntExact(limit.toMillis());
    }

    /** {@code HOST WEB-PORT EDGE-PORT REQUESTS-A-SECOND CONNECTIONS LIMIT-MILLIS}. */
    public static void main(String[] args) {
        var client = new DrillClient(new InetSocketAddress(args[0], Integer.parseInt(args[1])),
                new InetSocketAddress(args[0], Integer.parseInt(args[2])), Duration.ofMillis(Integer.parseInt(args[5])));
        for (int i = 0; i < Integer.parseInt(args[4]); i++) {
            Thread.ofVirtual().start(client::holdConnection);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(client::finish));
        client.sendRequests(Integer.parseInt(args[3]));
    }

    private void finish() {
        stopped.set(true);
        underWay.awaitAdvance(0);
        out.println(DONE);
    }

    private void sendRequests(int perSecond) {
        long beginNanos = System.nanoTime();
        for (long number = 0; !stopped.get(); number++) {
            waitUntil(beginNanos + number * 1_000_000_000L / perSecond);
            underWay.register();
            Thread.ofVirtual().start(this::request);
        }
        underWay.arriveAndDeregister();
    }

    private void request() {
        long startedNanos = System.nanoTime();
        try (var socket = new Socket()) {
            socket.connect(web, limitMillis);
            var watch = Thread.ofVirtual().start(() -> closeAt(socket, startedNanos + limitMillis * 1_000_000L));
            socket.getOutputStream()
                .write("GET / HTTP/1.1\r\nHost: drill\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.println(answer(socket.getInputStream(), startedNanos).line());
            watch.interrupt();
        } catch (IOException e) {
            out.println(new Exchange(startedNanos, System.nanoTime(), 0, String.valueOf(e.getMessage())).line());
        } finally {
            underWay.arriveAndDeregister();
        }
    }

    private static Exchange answer(InputStream input, long startedNanos) throws IOException {
        String text = new String(input.readAllBytes(), StandardCharsets.US_ASCII);
        long endedNanos = System.nanoTime();
        if (!text.startsWith("HTTP/1.1 ") || !text.contains("\r\n\r\n")) {
            return new Exchange(startedNanos, endedNanos, 0, "no whole head");
        }
        String backend = text.lines()
            .filter(l -> l.toLowerCase(Locale.ROOT).startsWith("x-backend: "))
            .findFirst()
            .map(l -> l.substring("x-backend: ".length()))
            .orElse("none");
        return new Exchange(startedNanos, endedNanos, Integer.parseInt(text.substring(9, 12)), backend);
    }

    private static void closeAt(Socket socket, long atNanos) {
        waitUntil(atNanos);
        try {
            socket.close();
        } catch (IOException _) {
            // it is closed all the same
        }
    }

    private void holdConnection() {
        while (!stopped.get()) {
            long startedNanos = System.nanoTime();
            try (var socket = new Socket()) {
                socket.connect(edge, limitMillis);
                socket.setSoTimeout(limitMillis);
                while (!stopped.get()) {
                    socket.getOutputStream().write('.');
                    if (socket.getInputStream().read() < 0) {
                        throw new IOException("closed");
                    }
                    waitUntil(System.nanoTime() + BETWEEN_BYTES.toNanos());
                }
            } catch (IOException e) {
                out.println(BROKEN + startedNanos + " " + System.nanoTime() + " " + String.valueOf(e.getMessage()).replace(' ', '-'));
                // a connection that breaks at once must not make a storm
                waitUntil(System.nanoTime() + BETWEEN_BYTES.toNanos());
            }
        }
    }

    /** Returns early when interrupted. */
    private static void waitUntil(long atNanos) {
        for (long leftNanos = atNanos - System.nanoTime(); leftNanos > 0; leftNanos = atNanos - System.nanoTime()) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            LockSupport.parkNanos(leftNanos);
        }
    }
}
