package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients of a pool that hashes QUIC connection ids, whose address changes in the middle of a connection. Datagrams are made by hand: headers by RFC 8999, and
 * behind them only a byte, the name of who answers.
 */
class QuicIT {
    private static final int SERVERS = 4;
    private static final int CLIENTS = 32;
    private static final int ID = 8;
    private static final byte LONG = (byte) 0xc0;
    private static final byte SHORT = 0x40;

    private final List<DatagramSocket> sockets = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(9000);

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        sockets.forEach(DatagramSocket::close);
    }

    private DatagramSocket socket() throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.setSoTimeout(10_000);
        sockets.add(socket);
        return socket;
    }

    /** Gives each client that begins an id of its own, and answers a short header with a short one; the last byte says who it is. */
    private int server(byte name) throws IOException {
        DatagramSocket socket = socket();
        socket.setSoTimeout(0);
        var ids = random.split();
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    var packet = new DatagramPacket(new byte[1500], 1500);
                    socket.receive(packet);
                    byte[] asked = Arrays.copyOf(packet.getData(), packet.getLength());
                    byte[] own = new byte[ID];
                    ids.nextBytes(own);
                    byte[] answer = asked[0] < 0 ? longHeader(Arrays.copyOfRange(asked, 6 + ID + 1, 6 + ID + 1 + ID), own, name)
                            : shortHeader(new byte[ID], name);
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException closed) {
                assert socket.isClosed() : closed;
            }
        });
        return socket.getLocalPort();
    }

    private static byte[] longHeader(byte[] destination, byte[] source, byte payload) {
        return ByteBuffer.allocate(5 + 1 + ID + 1 + ID + 1)
            .put(LONG)
            .putInt(1)
            .put((byte) ID)
            .put(destination)
            .put((byte) ID)
            .put(source)
            .put(payload)
            .array();
    }

    private static byte[] shortHeader(byte[] destination, byte payload) {
        return ByteBuffer.allocate(1 + ID + 1).put(SHORT).put(destination).put(payload).array();
    }

    private byte[] randomId() {
        byte[] id = new byte[ID];
        random.nextBytes(id);
        return id;
    }

    /** The answer to a datagram from a new port, as after another address of a NAT. */
    private byte[] ask(WeirDaemon daemon, byte[] datagram) {
        try {
            DatagramSocket client = socket();
            client.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(),
                    daemon.address("quic").orElseThrow().getPort()));
            var answer = new DatagramPacket(new byte[1500], 1500);
            client.receive(answer);
            return Arrays.copyOf(answer.getData(), answer.getLength());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte name(byte[] answer) {
        return answer[answer.length - 1];
    }

    private WeirDaemon start(String transport) throws IOException, StartRefused {
        DaemonScene scene = DaemonScene.in(folder);
        scene.write("node.yaml", Files.readString(scene.nodeFile()) + "transport: " + transport + "\n");
        var text = new StringBuilder("""
                version: 1
                pools:
                  quic:
                    algorithm: maglev
                    hashKey: quic-id
                    healthCheck: none
                    backends:
                """);
        for (int i = 0; i < SERVERS; i++) {
            text.append("      s%d: {address: \"127.0.0.1:%d\"}\n".formatted(i, server((byte) i)));
        }
        text.append("listeners: {quic: {protocol: udp, bind: \"127.0.0.1:0\", pool: quic}}\n");
        return WeirDaemon.start(scene.options(scene.write("weir.yaml", text.toString()), false));
    }

    @ParameterizedTest(name = "on {0}")
    @ValueSource(strings = {"epoll", "nio"})
    void aConnectionKeepsItsBackendWhenTheClientsAddressChanges(String transport) throws Exception {
        try (WeirDaemon daemon = start(transport)) {
            Set<Byte> names = new HashSet<>();
            for (int i = 0; i < CLIENTS; i++) {
                byte[] first = randomId();
                byte[] own = randomId();
                byte[] answer = ask(daemon, longHeader(first, own, (byte) 0));
                byte home = name(answer);
                names.add(home);
                byte[] given = Arrays.copyOfRange(answer, 6 + ID + 1, 6 + ID + 1 + ID);

                assertThat(name(ask(daemon, longHeader(first, own, (byte) 0)))).as("the same first id").isEqualTo(home);
                for (int move = 0; move < 3; move++) {
                    assertThat(name(ask(daemon, shortHeader(given, (byte) 0)))).as("the id that the backend gave").isEqualTo(home);
                }
            }
            assertThat(names).hasSizeGreaterThan(1);
        }
    }

    @ParameterizedTest(name = "on {0}")
    @ValueSource(strings = {"epoll", "nio"})
    void whatIsNoQuicIsServedToo(String transport) throws Exception {
        try (WeirDaemon daemon = start(transport)) {
            byte home = name(ask(daemon, new byte[] {0}));

            assertThat(name(ask(daemon, new byte[] {1, 2, 3}))).as("one client's address").isEqualTo(home);
        }
    }
}
