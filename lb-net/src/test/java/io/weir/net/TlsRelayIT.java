package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections whose TLS ends at the relay. */
final class TlsRelayIT {
    private static final int SECOND = 1_000;

    private TestTls tls;

    private ServerSocket backend;

    private @Nullable EventLoops loops;

    private RecordingPolicy policy;

    private InetSocketAddress address = new InetSocketAddress(0);

    @BeforeEach
    void prepare(@TempDir Path folder) throws Exception {
        tls = new TestTls(folder);
        backend = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        policy = RecordingPolicy.to((InetSocketAddress) backend.getLocalSocketAddress()).ending(() -> tls);
    }

    private void listen(Transport transport) throws IOException {
        assumeThat(transport.unavailable()).isEmpty();
        EventLoops started = EventLoops.start(transport, 1);
        loops = started;
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        address = RelayListener.openForTls(started, anyPort, 50, _ -> policy).address();
    }

    @AfterEach
    void end() throws IOException {
        if (loops != null) {
            loops.close();
        }
        backend.close();
        tls.close();
    }

    private Socket wire() throws IOException {
        var wire = new Socket(address.getAddress(), address.getPort());
        wire.setSoTimeout(10 * SECOND);
        return wire;
    }

    private Socket accept() throws IOException {
        Socket accepted = backend.accept();
        accepted.setSoTimeout(10 * SECOND);
        return accepted;
    }

    private void awaitClosed(CloseReason reason) {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(policy.only().reason).isEqualTo(reason));
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void close(Socket socket) throws IOException {
        socket.close();
    }

    private static String hear(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @EnumSource
    void theBackendIsDialledAfterTheHandshakeAndSeesPlainBytes(Transport transport) throws IOException {
        listen(transport);
        try (Socket wire = wire(); SSLSocket client = tls.over(wire); Socket accepted = accept()) {
            say(client, "ping");
            assertThat(hear(accepted, 4)).isEqualTo("ping");
            say(accepted, "pong");
            assertThat(hear(client, 4)).isEqualTo("pong");
            assertThat(tls.outcomes).containsExactly("secured");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBackendThatEndsItsStreamLetsTheClientGoOn(Transport transport) throws IOException {
        listen(transport);
        try (Socket wire = wire(); SSLSocket client = tls.over(wire); Socket accepted = accept()) {
            say(accepted, "bye");
            accepted.shutdownOutput();
            assertThat(hear(client, 4)).isEqualTo("bye");

            say(client, "and you");
            assertThat(hear(accepted, 7)).isEqualTo("and you");
            close(client);
            assertThat(accepted.getInputStream().read()).isEqualTo(-1);
        }
        awaitClosed(CloseReason.COMPLETED);
    }

    @ParameterizedTest
    @EnumSource
    void whatAClientSaidBeforeItEndedTlsReachesTheBackendWithTheEnd(Transport transport) throws IOException {
        listen(transport);
        try (Socket wire = wire(); SSLSocket client = tls.over(wire); Socket accepted = accept()) {
            say(client, "x".repeat(100_000));
            close(client);
            assertThat(hear(accepted, 200_000)).hasSize(100_000);
        }
        awaitClosed(CloseReason.COMPLETED);
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatClosesWithoutEndingTlsEndsItsStreamAllTheSame(Transport transport) throws IOException {
        listen(transport);
        try (Socket wire = wire(); SSLSocket client = tls.over(wire); Socket accepted = accept()) {
            say(client, "x");
            wire.shutdownOutput();
            assertThat(hear(accepted, 2)).isEqualTo("x");
            say(accepted, "still here");
            assertThat(hear(client, 10)).isEqualTo("still here");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBackendThatResetsResetsTheClientWithoutAProperEnd(Transport transport) throws IOException {
        listen(transport);
        try (Socket wire = wire(); SSLSocket client = tls.over(wire); Socket accepted = accept()) {
            say(client, "x");
            assertThat(hear(accepted, 1)).as("it is relayed").isEqualTo("x");
            accepted.setSoLinger(true, 0);
            close(accepted);
            assertThatThrownBy(() -> hear(client, 1)).isInstanceOf(IOException.class);
        }
        awaitClosed(CloseReason.BACKEND_RESET);
    }

    @ParameterizedTest
    @EnumSource
    void aHandshakeThatDoesNotEndIsGivenUp(Transport transport) throws IOException {
        tls.timeout = Duration.ofMillis(300);
        listen(transport);
        try (Socket wire = wire()) {
            assertThatThrownBy(() -> {
                say(wire, "\u0016\u0003");
                hear(wire, 1);
                throw new IOException("no reset");
            }).isInstanceOf(IOException.class);
        }
        awaitClosed(CloseReason.HANDSHAKE_TIMEOUT);
        assertThat(policy.only().connected).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoTlsIsToldToTheClientAndDialsNobody(Transport transport) throws IOException {
        listen(transport);
        try (Socket wire = wire()) {
            say(wire, "GET / HTTP/1.1\r\n\r\n");
            awaitClosed(CloseReason.HANDSHAKE_FAILED);
        }
        assertThat(tls.outcomes).containsExactly("failed");
        assertThat(policy.only().connected).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatLeavesInTheMiddleOfTheHandshakeLeavesNothingBehind(Transport transport) throws IOException {
        listen(transport);
        try (Socket wire = wire()) {
            say(wire, "\u0016\u0003\u0001\u0000");
        }
        awaitClosed(CloseReason.HANDSHAKE_FAILED);
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatReadsNothingStopsTheBackend(Transport transport) throws IOException {
        listen(transport);
        try (Socket wire = wire(); SSLSocket client = tls.over(wire); Socket accepted = accept()) {
            byte[] much = new byte[64 << 20];
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    accepted.getOutputStream().write(much);
                    accepted.shutdownOutput();
                } catch (IOException cut) {
                    // Told by what the client has read.
                }
            });
            var session = policy.only();
            var last = new AtomicLong(-1);
            await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(500)).until(() -> {
                long now = session.traffic.bytesToClients().get();
                return now > 0 && last.getAndSet(now) == now;
            });
            assertThat(session.traffic.bytesToClients().get()).isLessThan(much.length / 2);

            assertThat(client.getInputStream().readAllBytes()).hasSize(much.length);
            assertThat(writer.isAlive()).isFalse();
        }
    }
}
