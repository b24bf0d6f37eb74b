package io.weir.daemon;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients of datagrams and their backends: some clients that ask again and again, who must be answered by the same backend each time, and
 * one that comes anew at a fixed rate. A backend answers who asked it, from which port it was asked, and what: so a client sees if its flow
 * has got another port. Whatever is not answered is an error. It runs from its making until {@link #stop}.
 */
final class DatagramLoad implements AutoCloseable {
    private static final int LIMIT_MILLIS = 5_000;
    private static final int BUFFER = 4 << 20;
    private static final int MOST_ERRORS_KEPT = 20;
    private static final long PAUSE_NANOS = 5_000_000;

    private final List<DatagramSocket> backends = new ArrayList<>();
    private final Phaser underWay = new Phaser(1);
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    DatagramLoad(int howMany) throws IOException {
        for (int i = 0; i < howMany; i++) {
            var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            socket.setReceiveBufferSize(BUFFER);
            backends.add(socket);
            String name = "b" + i;
            Thread.ofPlatform().daemon().name(name).start(() -> serve(name, socket));
        }
    }

    private static void serve(String name, DatagramSocket socket) {
        try {
            while (true) {
                var packet = new DatagramPacket(new byte[256], 256);
                socket.receive(packet);
                socket.send(packet(name + ":" + packet.getPort() + ":" + text(packet), (InetSocketAddress) packet.getSocketAddress()));
            }
        } catch (IOException closed) {
            assert socket.isClosed() : closed;
        }
    }

    /** The ports of the backends. */
    List<Integer> backends() {
        return backends.stream().map(DatagramSocket::getLocalPort).toList();
    }

    /** Begins: {@code kept} clients that ask again and again, and {@code perSecond} that ask once. */
    void start(int port, int kept, int perSecond) {
        underWay.bulkRegister(kept + 1);
        Thread.ofPlatform().daemon().name("datagrams").start(() -> pace(port, perSecond));
        for (int i = 0; i < kept; i++) {
            String name = "k" + i;
            Thread.ofVirtual().start(() -> keep(port, name));
        }
    }

    int answered() {
        return answered.get();
    }

    int failed() {
        return failed.get();
    }

    /** Of the first failures. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    /** Sends no more, and returns when all that were sent have their answer or have failed. */
    void stop() {
        stopped = true;
        underWay.arriveAndAwaitAdvance();
    }

    @Override
    public void close() {
        stopped = true;
        backends.forEach(DatagramSocket::close);
    }

    private void pace(int port, int perSecond) {
        long begunNanos = System.nanoTime();
        for (long number = 0; !stopped; number++) {
            long dueNanos = begunNanos + number * 1_000_000_000L / perSecond;
            for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            String question = "n" + number;
            underWay.register();
            Thread.ofVirtual().start(() -> once(port, question));
        }
        underWay.arriveAndDeregister();
    }

    private void once(int port, String question) {
        try (DatagramSocket client = client(port)) {
            ask(client, question);
        } catch (IOException e) {
            fail(question + ": " + e);
        } finally {
            underWay.arriveAndDeregister();
        }
    }

    private void keep(int port, String name) {
        try (DatagramSocket client = client(port)) {
            String whose = ask(client, name + "-0");
            for (int number = 1; !stopped; number++) {
                String now = ask(client, name + "-" + number);
                if (!now.equals(whose)) {
                    fail(name + " was answered by " + now + ", before by " + whose);
                    whose = now;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException e) {
            fail(name + ": " + e);
        } finally {
            underWay.arriveAndDeregister();
        }
    }

    private static DatagramSocket client(int port) throws IOException {
        var client = new DatagramSocket();
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        client.setSoTimeout(LIMIT_MILLIS);
        return client;
    }

    /** Who answered, and the port that it was asked from. */
    private String ask(DatagramSocket client, String question) throws IOException {
        client.send(packet(question, (InetSocketAddress) client.getRemoteSocketAddress()));
        var answer = new DatagramPacket(new byte[256], 256);
        client.receive(answer);
        String text = text(answer);
        if (!text.endsWith(":" + question)) {
            throw new IOException("'" + text + "' is no answer to " + question);
        }
        answered.incrementAndGet();
        return text.substring(0, text.lastIndexOf(':'));
    }

    private static DatagramPacket packet(String text, InetSocketAddress to) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return new DatagramPacket(bytes, bytes.length, to);
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
    }

    private void fail(String why) {
        failed.incrementAndGet();
        if (errors.size() < MOST_ERRORS_KEPT) {
            errors.add(Instant.now() + " " + why);
        }
    }
}
