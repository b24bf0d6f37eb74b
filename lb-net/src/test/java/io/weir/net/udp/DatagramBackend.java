package io.weir.net.udp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Answers each datagram with its name and the same bytes, and remembers who sent what. Any thread. */
final class DatagramBackend implements AutoCloseable {
    private static final int BUFFER = 4 << 20;

    private final byte[] name;

    private final DatagramSocket socket;

    private final Queue<Received> received = new ConcurrentLinkedQueue<>();

    private volatile boolean answers = true;

    record Received(int port, String text) {}

    private DatagramBackend(String name, DatagramSocket socket) {
        this.name = name.getBytes(StandardCharsets.US_ASCII);
        this.socket = socket;
    }

    static DatagramBackend named(String name) throws IOException {
        return on(name, InetAddress.getLoopbackAddress());
    }

    static DatagramBackend on(String name, InetAddress address) throws IOException {
        var backend = new DatagramBackend(name, new DatagramSocket(new InetSocketAddress(address, 0)));
        backend.socket.setReceiveBufferSize(BUFFER);
        Thread.ofVirtual().start(backend::serve);
        return backend;
    }

    /** Keeps silent from now on. */
    DatagramBackend silent() {
        answers = false;
        return this;
    }

    private void serve() {
        byte[] buffer = new byte[65_535];
        while (!socket.isClosed()) {
            try {
                var packet = new DatagramPacket(buffer, name.length, buffer.length - name.length);
                socket.receive(packet);
                String text = new String(buffer, name.length, Math.min(64, packet.getLength()), StandardCharsets.ISO_8859_1);
                received.add(new Received(packet.getPort(), text));
                if (answers) {
                    System.arraycopy(name, 0, buffer, 0, name.length);
                    socket.send(new DatagramPacket(buffer, name.length + packet.getLength(), packet.getSocketAddress()));
                }
            } catch (IOException closed) {
                if (!socket.isClosed()) {
                    throw new AssertionError(closed);
                }
            }
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** What has come so far, in order. */
    List<Received> received() {
        return List.copyOf(received);
    }

    /** Sends a datagram of its own accord. */
    void send(String text, int port) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
    }

    /** A client's socket that hears only who it asks. */
    static DatagramSocket client(InetSocketAddress listener) throws IOException {
        var client = new DatagramSocket();
        client.setReceiveBufferSize(BUFFER);
        client.connect(listener);
        client.setSoTimeout(5_000);
        return client;
    }

    static void send(DatagramSocket client, byte[] bytes) throws IOException {
        client.send(new DatagramPacket(bytes, bytes.length));
    }

    static byte[] receive(DatagramSocket client) throws IOException {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        client.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    static String ask(DatagramSocket client, String question) throws IOException {
        send(client, question.getBytes(StandardCharsets.ISO_8859_1));
        return new String(receive(client), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        socket.close();
    }
}
