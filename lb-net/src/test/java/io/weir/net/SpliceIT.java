package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.weir.core.model.Offload;
import io.weir.core.telemetry.LoopCounter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is different when bytes go through pipes, and what is not. */
@ParameterizedClass
@EnumSource(value = Transport.class, names = "NIO", mode = EnumSource.Mode.EXCLUDE)
final class SpliceIT {
    private static final int MANY = 8 << 20;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Transport transport;

    private EventLoops loops;

    private ServerSocket backend;

    private RecordingPolicy policy;

    private Listening listening;

    SpliceIT(Transport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void start() throws IOException {
        assumeThat(transport.unavailable()).isEmpty();
        loops = EventLoops.start(transport, 1);
        backend = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        policy = RecordingPolicy.to((InetSocketAddress) backend.getLocalSocketAddress());
        relay(policy);
    }

    private void relay(RecordingPolicy wanted) throws IOException {
        policy = wanted;
        listening = RelayListener.open(loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64, _ -> wanted);
    }

    @AfterEach
    void stop() throws IOException {
        if (loops != null) {
            loops.close();
            backend.close();
            assertThat(pipes(PipeCounts::open)).isZero();
        }
    }

    private long pipes(Function<PipeCounts, LoopCounter> count) {
        return count.apply(loops.traffic().getFirst().pipeCounts()).get();
    }

    private Socket dial() throws IOException {
        var socket = new Socket(listening.address().getAddress(), listening.address().getPort());
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private long spliced() {
        return policy.only().traffic.bytesSpliced().get();
    }

    /** Sends random bytes on a thread of its own, and ends the stream. */
    private static Thread send(Socket socket, long seed, int bytes) {
        return Thread.ofVirtual().start(() -> {
            try {
                byte[] all = new byte[bytes];
                new SplittableRandom(seed).nextBytes(all);
                socket.getOutputStream().write(all);
                socket.shutdownOutput();
            } catch (IOException broken) {
                // the test has ended it
            }
        });
    }

    private static void assertReceives(Socket socket, long seed, int bytes) throws IOException {
        byte[] all = new byte[bytes];
        new SplittableRandom(seed).nextBytes(all);
        assertThat(socket.getInputStream().readAllBytes()).isEqualTo(all);
    }

    @Test
    void bulkGoesThroughPipesInBothDirectionsAndIsCounted() throws Exception {
        try (Socket client = dial(); Socket server = backend.accept()) {
            send(client, 1, MANY);
            send(server, 2, MANY);
            Thread other = Thread.ofVirtual().start(() -> {
                try {
                    assertReceives(server, 1, MANY);
                } catch (IOException failure) {
                    throw new AssertionError(failure);
                }
            });
            assertReceives(client, 2, MANY);
            other.join();
            await().atMost(LIMIT).until(() -> policy.only().reason == CloseReason.COMPLETED);
        }
        assertThat(policy.only().bytesToBackend).isEqualTo(MANY);
        assertThat(policy.only().bytesToClient).isEqualTo(MANY);
        assertThat(spliced()).isGreaterThan(MANY).isLessThanOrEqualTo(2L * MANY);
        assertThat(pipes(PipeCounts::inUse)).isZero();
    }

    @Test
    void whatAFastSenderSaysLastArrivesThoughItSaysNoMoreAndDoesNotEnd() throws Exception {
        try (Socket client = dial(); Socket server = backend.accept()) {
            server.setSoTimeout((int) LIMIT.toMillis());
            byte[] burst = new byte[MANY + 1_000];
            for (int round = 0; round < 10; round++) {
                Thread sender = Thread.ofVirtual().start(() -> {
                    try {
                        client.getOutputStream().write(burst);
                    } catch (IOException failure) {
                        throw new AssertionError(failure);
                    }
                });
                assertThat(server.getInputStream().readNBytes(burst.length)).hasSize(burst.length);
                sender.join();
                client.getOutputStream().write(round);
                assertThat(server.getInputStream().read()).isEqualTo(round);
            }
            assertThat(spliced()).isPositive();
        }
    }

    @Test
    void shortMessagesAreCopied() throws Exception {
        try (Socket client = dial(); Socket server = backend.accept()) {
            byte[] message = new byte[1_000];
            for (int i = 0; i < 1_000; i++) {
                client.getOutputStream().write(message);
                server.getInputStream().readNBytes(message.length);
            }
            assertThat(spliced()).isZero();
            assertThat(pipes(PipeCounts::open)).isZero();
        }
    }

    @Test
    void whereItIsOffBulkIsCopied() throws Exception {
        relay(RecordingPolicy.to((InetSocketAddress) backend.getLocalSocketAddress()).offload(Offload.OFF));
        try (Socket client = dial(); Socket server = backend.accept()) {
            send(server, 3, MANY);
            assertReceives(client, 3, MANY);
            assertThat(spliced()).isZero();
        }
    }

    @Test
    void aReceiverThatStopsHoldsOnePipeAndThenGetsEverything() throws Exception {
        try (Socket client = dial(); Socket server = backend.accept()) {
            send(server, 4, 64 << 20);
            await().atMost(LIMIT).during(Duration.ofMillis(300)).untilAsserted(() -> assertThat(pipes(PipeCounts::inUse)).isOne());
            assertReceives(client, 4, 64 << 20);
            assertThat(pipes(PipeCounts::inUse)).isZero();
            assertThat(spliced()).isPositive();
        }
    }

    @Test
    void aReceiverThatStopsForGoodIsIdleAndItsPipeIsClosedWithWhatItHolds() throws Exception {
        relay(RecordingPolicy.to((InetSocketAddress) backend.getLocalSocketAddress()).idle(Duration.ofMillis(500)));
        try (Socket client = dial(); Socket server = backend.accept()) {
            send(server, 5, 64 << 20);
            await().atMost(LIMIT).until(() -> policy.only().reason == CloseReason.IDLE);
            assertThat(pipes(PipeCounts::inUse)).isZero();
            assertThat(pipes(PipeCounts::open)).isZero();
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void aResetOfTheReceiverReachesTheSender() throws Exception {
        try (Socket client = dial(); Socket server = backend.accept()) {
            Thread sender = send(server, 6, 64 << 20);
            await().atMost(LIMIT).until(() -> pipes(PipeCounts::inUse) == 1);
            reset(client);
            await().atMost(LIMIT).until(() -> policy.only().reason == CloseReason.CLIENT_RESET);
            assertThat(sender.join(LIMIT)).isTrue();
            assertThatThrownBy(() -> server.getOutputStream().write(0)).isInstanceOf(SocketException.class);
            assertThat(pipes(PipeCounts::inUse)).isZero();
        }
    }

    @Test
    void urgentBytesAmongBulkHoldNothingUp() throws Exception {
        byte[] chunk = new byte[300_000];
        int rounds = 20;
        try (Socket client = dial(); Socket server = backend.accept()) {
            Thread.ofVirtual().start(() -> {
                try {
                    for (int round = 0; round < rounds; round++) {
                        server.getOutputStream().write(chunk);
                        server.sendUrgentData('!');
                    }
                    server.shutdownOutput();
                } catch (IOException failure) {
                    throw new AssertionError(failure);
                }
            });
            long zeros = 0;
            InputStream in = client.getInputStream();
            byte[] received = new byte[64 << 10];
            for (int n = in.read(received); n >= 0; n = in.read(received)) {
                for (int i = 0; i < n; i++) {
                    zeros += received[i] == 0 ? 1 : 0;
                }
            }
            assertThat(zeros).isEqualTo((long) rounds * chunk.length);
        }
    }
}
