package io.weir.health.probe;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A UDP server that remembers the first datagram and answers as it is told. Any thread. */
final class DatagramServer implements AutoCloseable {
    private static final int MOST_BYTES = 2_048;

    private final DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final CompletableFuture<byte[]> received = new CompletableFuture<>();
    private final CompletableFuture<InetAddress> peer = new CompletableFuture<>();

    private DatagramServer() throws IOException {}

    static DatagramServer answering(Function<byte[], Optional<byte[]>> answer) throws IOException {
        var server = new DatagramServer();
        Thread.ofVirtual().start(() -> server.serve(answer));
        return server;
    }

    private void serve(Function<byte[], Optional<byte[]>> answer) {
        try {
            while (true) {
                var packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
                socket.receive(packet);
                byte[] asked = Arrays.copyOf(packet.getData(), packet.getLength());
                received.complete(asked);
                peer.complete(packet.getAddress());
                Optional<byte[]> reply = answer.apply(asked);
                if (reply.isPresent()) {
                    socket.send(new DatagramPacket(reply.get(), reply.get().length, packet.getSocketAddress()));
                }
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    /** An answer to a DNS question with this code and no records. */
    static byte[] dnsAnswer(byte[] question, int code) {
        byte[] answer = question.clone();
        answer[2] = (byte) 0x81;
        answer[3] = (byte) code;
        return answer;
    }

    CompletableFuture<byte[]> received() {
        return received;
    }

    CompletableFuture<InetAddress> peer() {
        return peer;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public void close() {
        socket.close();
    }
}
