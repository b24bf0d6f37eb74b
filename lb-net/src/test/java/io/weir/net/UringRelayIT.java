package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a relay on io_uring holds, and when it lets go of it. */
final class UringRelayIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final Duration SOON = Duration.ofSeconds(30);

    /** More than the loop keeps small buffers for, two a connection. */
    private static final int MANY = 300;

    private EventLoops loops;

    @BeforeEach
    void startLoops() {
        assumeThat(Transport.IO_URING.unavailable()).isEmpty();
        loops = EventLoops.start(Transport.IO_URING, 1);
    }

    @AfterEach
    void stopLoops() {
        if (loops != null) {
            loops.close();
        }
    }

    private Socket dial(Listening listening) throws IOException {
        var socket = new Socket(listening.address().getAddress(), listening.address().getPort());
        socket.setSoTimeout((int) SOON.toMillis());
        return socket;
    }

    private static void assertEchoes(Socket client) throws IOException {
        client.getOutputStream().write('x');
        assertThat(client.getInputStream().read()).isEqualTo('x');
    }

    private int buffersHeld() {
        var held = new CompletableFuture<Integer>();
        Loop loop = loops.traffic().getFirst();
        loop.run(() -> held.complete(loop.uringRelays().buffers.held()));
        return held.join();
    }

    @Test
    void connectionsThatAreQuietHoldNoBufferAndAreHeardAllTheSame() throws IOException {
        List<Socket> clients = new ArrayList<>();
        try (var backend = RecordingBackend.echo("echo")) {
            var policy = RecordingPolicy.to(backend.address());
            Listening listening = RelayListener.open(loops, ANY_PORT, 1024, _ -> policy);
            for (int client = 0; client < MANY; client++) {
                clients.add(dial(listening));
            }
            for (int round = 0; round < 3; round++) {
                for (Socket client : clients) {
                    assertEchoes(client);
                }
                await().atMost(SOON).until(() -> buffersHeld() == 0);
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aBufferComesBackHoweverTheConnectionEnds() throws IOException {
        try (var backend = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            var policy = RecordingPolicy.to((InetSocketAddress) backend.getLocalSocketAddress());
            Listening listening = RelayListener.open(loops, ANY_PORT, 1024, _ -> policy);
            for (int connection = 0; connection < 8; connection++) {
                boolean blocked = connection % 2 == 0;
                boolean ofClient = connection % 4 < 2;
                try (Socket client = dial(listening); Socket server = backend.accept()) {
                    if (blocked) {
                        fillUp(client);
                    }
                    reset(ofClient ? client : server);
                    int number = connection;
                    await().atMost(SOON).until(() -> policy.sessions().get(number).reason != null);
                }
            }
            await().atMost(SOON).until(() -> buffersHeld() == 0);
        }
    }

    /** Nothing is received of it any more, and so only the kernel can tell. */
    @Test
    void aResetIsNoticedWhileTheOtherSideTakesNothing() throws IOException {
        try (var backend = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            var policy = RecordingPolicy.to((InetSocketAddress) backend.getLocalSocketAddress());
            Listening listening = RelayListener.open(loops, ANY_PORT, 1024, _ -> policy);
            try (Socket client = dial(listening); Socket server = backend.accept()) {
                fillUp(client);
                reset(client);
                await().atMost(SOON).until(() -> policy.only().reason == CloseReason.CLIENT_RESET);
                assertThat(server.isClosed()).isFalse();
            }
        }
    }

    /** Writes until nothing is taken for a while. */
    private static void fillUp(Socket client) {
        var written = new int[1];
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                byte[] chunk = new byte[64 << 10];
                while (true) {
                    client.getOutputStream().write(chunk);
                    written[0]++;
                }
            } catch (IOException reset) {
                // The connection has ended, as it was meant to.
            }
        });
        var last = new int[] {-1};
        await().pollInterval(Duration.ofMillis(300)).atMost(SOON).until(() -> {
            boolean still = written[0] > 0 && written[0] == last[0];
            last[0] = written[0];
            return still;
        });
        assertThat(writer.isAlive()).isTrue();
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
