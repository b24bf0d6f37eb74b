package io.weir.cli.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests at a fixed rate over kept-alive connections, each sent when it is due whether or not earlier ones were answered. Any thread may
 * call it.
 */
final class OpenLoopTraffic implements AutoCloseable {
    /** It ends by itself after this. */
    private static final Duration LONGEST = Duration.ofSeconds(120);

    private final int perSecond;
    private final List<Stream> streams;
    private final Map<String, Queue<KeepAliveClient>> idleByAddress = new ConcurrentHashMap<>();
    private final Queue<Exchange> done = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    /** The owner, the clock and every request under way. */
    private final Phaser underWay = new Phaser(2);
    private volatile boolean stopped;

    /** Where requests go, {@code 127.0.0.1:PORT}, and what they ask for. */
    record Stream(String address, String target) {
        int port() {
            return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        }
    }

    private OpenLoopTraffic(int perSecond, List<Stream> streams) {
        this.perSecond = perSecond;
        this.streams = List.copyOf(streams);
    }

    /** Starts {@code perSecond} requests a second, which take turns over {@code streams}. */
    static OpenLoopTraffic start(int perSecond, List<Stream> streams) {
        var traffic = new OpenLoopTraffic(perSecond, streams);
        Thread.ofPlatform().daemon().name("traffic").start(traffic::sendAll);
        return traffic;
    }

    /** What was answered or broken so far, in that order. */
    List<Exchange> exchanges() {
        return List.copyOf(done);
    }

    /** How many connections it has opened. */
    int connections() {
        return connections.get();
    }

    /** Starts no more requests and waits for those in flight. */
    @Override
    public void close() {
        stopped = true;
        underWay.arriveAndAwaitAdvance();
        idleByAddress.values().forEach(idle -> idle.forEach(KeepAliveClient::close));
    }

    private void sendAll() {
        long beginNanos = System.nanoTime();
        long count = LONGEST.toSeconds() * perSecond;
        for (long number = 0; number < count && !stopped; number++) {
            long dueNanos = beginNanos + number * 1_000_000_000L / perSecond;
            for (long leftNanos = dueNanos - System.nanoTime(); leftNanos > 0; leftNanos = dueNanos - System.nanoTime()) {
                LockSupport.parkNanos(leftNanos);
            }
            Stream stream = streams.get((int) (number % streams.size()));
            underWay.register();
            Thread.ofVirtual().start(() -> send(stream));
        }
        underWay.arriveAndDeregister();
    }

    private void send(Stream stream) {
        Queue<KeepAliveClient> idle = idleByAddress.computeIfAbsent(stream.address(), _ -> new ConcurrentLinkedQueue<>());
        long startedNanos = System.nanoTime();
        KeepAliveClient client = idle.poll();
        try {
            if (client == null) {
                client = KeepAliveClient.connect(stream.port());
                connections.incrementAndGet();
            }
            KeepAliveClient.Answer answer = client.get(stream.target());
            record(stream, startedNanos, answer, Optional.empty());
            if (client.reusable()) {
                idle.add(client);
            } else {
                client.close();
            }
        } catch (IOException | RuntimeException e) {
            record(stream, startedNanos, new KeepAliveClient.Answer(0, ""), Optional.of(e.toString()));
            if (client != null) {
                client.close();
            }
        } finally {
            underWay.arriveAndDeregister();
        }
    }

    private void record(Stream stream, long startedNanos, KeepAliveClient.Answer answer, Optional<String> broken) {
        done.add(new Exchange(stream.address(), stream.target(), startedNanos, System.nanoTime(), answer.status(), answer.backend(),
                broken));
    }
}
