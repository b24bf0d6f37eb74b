package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.testkit.Behaviour;
import io.weir.testkit.FreePorts;
import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** One behaviour of relays, whatever moves the bytes. */
@ParameterizedClass
@EnumSource(Transport.class)
final class RelayIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Transport transport;

    private EventLoops loops;

    RelayIT(Transport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void startLoops() {
        assumeThat(transport.unavailable()).isEmpty();
        loops = EventLoops.start(transport, 2);
    }

    @AfterEach
    void stopLoops() {
        if (loops != null) {
            loops.close();
        }
    }

    private Listening relay(RecordingPolicy policy) throws IOException {
        return RelayListener.open(loops, ANY_PORT, 1024, _ -> policy);
    }

    private static Socket dial(Listening listening) throws IOException {
        var socket = new Socket(listening.address().getAddress(), listening.address().getPort());
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    private static @Nullable CloseReason awaitClosed(RecordingPolicy.Session session) {
        await().atMost(Duration.ofSeconds(10)).until(() -> session.reason != null);
        return session.reason;
    }

    @Test
    void bytesGoBothWaysAndTheEndOfEachDirectionIsPassedOn() throws IOException {
        try (var backend = RecordingBackend.echo("echo")) {
            var policy = RecordingPolicy.to(backend.address());
            try (Socket client = dial(relay(policy))) {
                write(client, "hello");
                assertThat(read(client, 5)).isEqualTo("hello");
                write(client, " world");
                client.shutdownOutput();
                assertThat(read(client, 100)).isEqualTo(" world");

                RecordingPolicy.Session session = policy.only();
                assertThat(awaitClosed(session)).isEqualTo(CloseReason.COMPLETED);
                assertThat(session.closings).isEqualTo(1);
                assertThat(session.bytesToBackend).isEqualTo(11);
                assertThat(session.bytesToClient).isEqualTo(11);
                assertThat(session.clientAddress).isEqualTo(client.getLocalSocketAddress());
                assertThat(session.listenAddress).isEqualTo(client.getRemoteSocketAddress());
            }
        }
    }

    @Test
    void aBackendThatSpeaksAndEndsFirstIsHeardAndStillListensToTheClient() throws IOException {
        try (var backend = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            var policy = RecordingPolicy.to((InetSocketAddress) backend.getLocalSocketAddress());
            Listening listening = relay(policy);
            try (Socket client = dial(listening);
                    Socket server = backend.accept()) {
                write(server, "welcome");
                server.shutdownOutput();
                assertThat(read(client, 100)).isEqualTo("welcome");

                write(client, "late words");
                client.shutdownOutput();
                assertThat(read(server, 100)).isEqualTo("late words");
                assertThat(awaitClosed(policy.only())).isEqualTo(CloseReason.COMPLETED);
            }
        }
    }

    @Test
    void aRefusedConnectGoesToTheNextBackendWithEveryByte() throws IOException {
        try (var backend = RecordingBackend.echo("echo")) {
            var policy = RecordingPolicy.to(FreePorts.nextAddress(), FreePorts.nextAddress(), backend.address());
            try (Socket client = dial(relay(policy))) {
                write(client, "hello");
                assertThat(read(client, 5)).isEqualTo("hello");
                assertThat(policy.only().failures())
                    .containsExactly(ConnectFailure.REFUSED, ConnectFailure.REFUSED);
            }
        }
    }

    @Test
    void aBlackHoleDoesNotUseUpTheTimeOfTheOthers() throws IOException {
        try (var hole = new BlackHole();
                var backend = RecordingBackend.echo("echo")) {
            var policy = RecordingPolicy.to(hole.address(), backend.address());
            try (Socket client = dial(relay(policy))) {
                write(client, "hello");
                assertThat(read(client, 5)).isEqualTo("hello");
                assertThat(policy.only().failures()).containsExactly(ConnectFailure.TIMED_OUT);
            }
        }
    }

    @Test
    void theLastBackendIsWaitedForUntilTheConnectTimeoutIsOver() throws IOException {
        try (var hole = new BlackHole()) {
            var policy = RecordingPolicy.to(hole.address()).connect(Duration.ofMillis(900), Duration.ofMillis(200));
            long startNanos = System.nanoTime();
            try (Socket client = dial(relay(policy))) {
                assertReset(client);
                assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
                    .isBetween(Duration.ofMillis(800), Duration.ofMillis(2_500));
                assertThat(awaitClosed(policy.only())).isEqualTo(CloseReason.CONNECT_TIMEOUT);
                assertThat(policy.only().failures()).containsExactly(ConnectFailure.TIMED_OUT);
            }
        }
    }

    @Test
    void withoutABackendTheClientIsReset() throws IOException {
        var policy = RecordingPolicy.to(FreePorts.nextAddress());
        try (Socket client = dial(relay(policy))) {
            assertReset(client);
            assertThat(awaitClosed(policy.only())).isEqualTo(CloseReason.NO_BACKEND);
        }
    }

    @Test
    void aConnectionThatIsNotAdmittedIsReset() throws IOException {
        var policy = RecordingPolicy.to(FreePorts.nextAddress()).refusing();
        try (Socket client = dial(relay(policy))) {
            assertReset(client);
            assertThat(policy.sessions()).isEmpty();
        }
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static void assertReset(Socket client) {
        assertThatThrownBy(() -> client.getInputStream().read())
            .isInstanceOf(SocketException.class)
            .hasMessageContaining("reset");
    }

    @Test
    void aConnectionWithoutABytePassingIsClosedAfterTheIdleTimeout() throws IOException {
        try (var backend = RecordingBackend.echo("echo")) {
            var policy = RecordingPolicy.to(backend.address()).idle(Duration.ofMillis(600));
            try (Socket client = dial(relay(policy))) {
                for (int word = 0; word < 5; word++) {
                    assertThatThrownBy(() -> readFor(client, 300)).isInstanceOf(SocketTimeoutException.class);
                    write(client, "x");
                    assertThat(readFor(client, 5_000)).isEqualTo('x');
                }
                long startNanos = System.nanoTime();
                assertThat(readFor(client, 5_000)).isEqualTo(-1);
                assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
                    .isBetween(Duration.ofMillis(500), Duration.ofMillis(1_800));
                assertThat(awaitClosed(policy.only())).isEqualTo(CloseReason.IDLE);
            }
        }
    }

    private static int readFor(Socket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        return socket.getInputStream().read();
    }

    @Test
    void aResetOfTheClientResetsTheBackend() throws IOException {
        try (var backend = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            var policy = RecordingPolicy.to((InetSocketAddress) backend.getLocalSocketAddress());
            Listening listening = relay(policy);
            try (Socket client = dial(listening);
                    Socket server = backend.accept()) {
                server.setSoTimeout(30_000);
                write(client, "hello");
                assertThat(read(server, 5)).isEqualTo("hello");
                reset(client);
                assertReset(server);
                assertThat(awaitClosed(policy.only())).isEqualTo(CloseReason.CLIENT_RESET);
            }
        }
    }

    @Test
    void aBackendThatEndsOrResetsWithoutAByteHasHungUpUnlessTheClientEndedFirst() throws IOException {
        assertThat(hungUp((client, server) -> {
            server.close();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        })).isTrue();
        assertThat(hungUp((client, server) -> {
            reset(server);
            assertReset(client);
        })).isTrue();
        assertThat(hungUp((client, server) -> {
            client.shutdownOutput();
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            server.close();
        })).isFalse();
        assertThat(hungUp((client, server) -> {
            write(server, "x");
            assertThat(read(client, 1)).isEqualTo("x");
            reset(server);
        })).isFalse();
        assertThat(hungUp((client, _) -> reset(client))).isFalse();
    }

    @FunctionalInterface
    private interface Ending {
        void end(Socket client, Socket server) throws IOException;
    }

    /** Whether the policy was told so of a connection that ended like this. */
    private boolean hungUp(Ending ending) throws IOException {
        try (var backend = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            var policy = RecordingPolicy.to((InetSocketAddress) backend.getLocalSocketAddress());
            Listening listening = relay(policy);
            try (Socket client = dial(listening); Socket server = backend.accept()) {
                await().until(() -> !policy.sessions().isEmpty() && policy.only().connected);
                ending.end(client, server);
            }
            awaitClosed(policy.only());
            return policy.only().hungUp;
        }
    }

    @Test
    void aResetOfTheBackendResetsTheClient() throws IOException {
        try (var backend = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            var policy = RecordingPolicy.to((InetSocketAddress) backend.getLocalSocketAddress());
            Listening listening = relay(policy);
            try (Socket client = dial(listening);
                    Socket server = backend.accept()) {
                write(client, "hello");
                assertThat(read(server, 5)).isEqualTo("hello");
                reset(server);
                assertReset(client);
                assertThat(awaitClosed(policy.only())).isEqualTo(CloseReason.BACKEND_RESET);
            }
        }
    }

    @Test
    void aResetInAnswerToTheEndOfTheStreamIsPassedOn() throws IOException {
        try (var backend = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            var policy = RecordingPolicy.to((InetSocketAddress) backend.getLocalSocketAddress());
            Listening listening = relay(policy);
            try (Socket client = dial(listening);
                    Socket server = backend.accept()) {
                write(server, "hello");
                assertThat(read(client, 5)).isEqualTo("hello");
                client.shutdownOutput();
                assertThat(server.getInputStream().read()).isEqualTo(-1);
                reset(server);
                assertReset(client);
                assertThat(awaitClosed(policy.only())).isEqualTo(CloseReason.BACKEND_RESET);
            }
        }
    }

    @Test
    void aResetAfterTheEndOfTheStreamIsNoticedToo() throws IOException {
        try (var backend = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            var policy = RecordingPolicy.to((InetSocketAddress) backend.getLocalSocketAddress());
            Listening listening = relay(policy);
            try (Socket client = dial(listening);
                    Socket server = backend.accept()) {
                client.shutdownOutput();
                assertThat(server.getInputStream().read()).isEqualTo(-1);
                reset(client);
                // Whether the kernel tells of it or the next bytes do: the backend must not write into the void for long.
                await().atMost(Duration.ofSeconds(10)).until(() -> {
                    if (policy.only().reason == null) {
                        server.getOutputStream().write('x');
                    }
                    return policy.only().reason == CloseReason.CLIENT_RESET;
                });
            }
        }
    }

    @Test
    void thePreambleStandsInFrontOfTheClientsBytes() throws IOException {
        try (var backend = RecordingBackend.echo("echo")) {
            var policy = RecordingPolicy.to(backend.address()).preamble("PREAMBLE ");
            try (Socket client = dial(relay(policy))) {
                write(client, "hello");
                assertThat(read(client, 14)).isEqualTo("PREAMBLE hello");
                client.shutdownOutput();
                assertThat(awaitClosed(policy.only())).isEqualTo(CloseReason.COMPLETED);
                assertThat(policy.only().bytesToBackend).isEqualTo(5);
            }
        }
    }

    @Test
    void thePreambleDoesNotWaitForTheClient() throws IOException {
        try (var backend = RecordingBackend.echo("echo")) {
            var policy = RecordingPolicy.to(backend.address()).preamble("PREAMBLE ");
            try (Socket client = dial(relay(policy))) {
                assertThat(read(client, 9)).isEqualTo("PREAMBLE ");
            }
        }
    }

    @Test
    void urgentBytesHoldNothingUp() throws IOException {
        try (var backend = RecordingBackend.echo("echo")) {
            var policy = RecordingPolicy.to(backend.address());
            try (Socket client = dial(relay(policy))) {
                for (int round = 0; round < 50; round++) {
                    // The newest urgent byte is outside the stream and dropped, an older one inside (RFC 6093 section 3).
                    write(client, "ab");
                    client.sendUrgentData('!');
                    write(client, "cd");
                    client.sendUrgentData('!');
                    write(client, "ef");
                    assertThat(readLetters(client, 6)).isEqualTo("abcdef");
                }
            }
        }
    }

    private static String readLetters(Socket socket, int letters) throws IOException {
        var read = new StringBuilder();
        while (read.length() < letters) {
            int next = socket.getInputStream().read();
            if (next != '!') {
                read.append((char) next);
            }
        }
        return read.toString();
    }

    @Test
    void aReaderThatStopsHoldsTheSenderUpAndThenGetsEverything() throws Exception {
        byte[] chunk = new byte[64 << 10];
        int chunks = 512;
        try (var backend = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            var policy = RecordingPolicy.to((InetSocketAddress) backend.getLocalSocketAddress());
            Listening listening = relay(policy);
            try (Socket client = dial(listening);
                    Socket server = backend.accept()) {
                List<Integer> written = new ArrayList<>();
                Thread sender = Thread.ofVirtual().start(() -> {
                    try {
                        for (int i = 0; i < chunks; i++) {
                            server.getOutputStream().write(chunk);
                            synchronized (written) {
                                written.add(i);
                            }
                        }
                        server.shutdownOutput();
                    } catch (IOException failure) {
                        throw new AssertionError(failure);
                    }
                });
                // The kernel's buffers take some MB on loopback; what counts is that the relay takes no more.
                await().during(Duration.ofMillis(500))
                    .atMost(Duration.ofSeconds(10))
                    .until(
                            () -> {
                                synchronized (written) {
                                    return written.size();
                                }
                            },
                            count -> count < chunks);
                long received = 0;
                InputStream in = client.getInputStream();
                for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                    received += n;
                }
                sender.join();
                assertThat(received).isEqualTo((long) chunks * chunk.length);
                assertThat(policy.only().bytesToClient).isZero();
                await().until(() -> policy.only().traffic.bytesToClients().get() == (long) chunks * chunk.length);
                client.shutdownOutput();
                assertThat(awaitClosed(policy.only())).isEqualTo(CloseReason.COMPLETED);
                assertThat(policy.only().bytesToClient).isEqualTo(received);
            }
        }
    }

    @Test
    void aConnectionCanBeEndedFromOutside() throws IOException {
        try (var backend = RecordingBackend.echo("echo")) {
            var policy = RecordingPolicy.to(backend.address());
            try (Socket client = dial(relay(policy))) {
                write(client, "hello");
                assertThat(read(client, 5)).isEqualTo("hello");
                RelayConnection connection = policy.only().connection;
                connection.loop().run(() -> {
                    connection.close(CloseReason.KICKED);
                    connection.close(CloseReason.DRAINED);
                });
                assertReset(client);
                assertThat(awaitClosed(policy.only())).isEqualTo(CloseReason.KICKED);
                assertThat(policy.only().closings).isEqualTo(1);
            }
        }
    }

    @Test
    void aListenerThatStopsKeepsItsConnections() throws IOException {
        try (var backend = RecordingBackend.echo("echo")) {
            var policy = RecordingPolicy.to(backend.address());
            Listening listening = relay(policy);
            try (Socket client = dial(listening)) {
                write(client, "hello");
                assertThat(read(client, 5)).isEqualTo("hello");
                listening.stopAccepting().join();
                // nio closes the descriptor only when it next asks for events.
                await().atMost(Duration.ofSeconds(30)).until(() -> refuses(listening));
                write(client, "again");
                assertThat(read(client, 5)).isEqualTo("again");
            }
        }
    }

    private static boolean refuses(Listening listening) {
        try {
            dial(listening).close();
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    @Test
    void shuttingTheLoopsDownEndsWhatIsLeft() throws IOException {
        try (var backend = RecordingBackend.echo("echo")) {
            var policy = RecordingPolicy.to(backend.address());
            try (Socket client = dial(relay(policy))) {
                write(client, "hello");
                assertThat(read(client, 5)).isEqualTo("hello");
                loops.close();
                assertThat(policy.only().closings).isEqualTo(1);
            }
        }
    }

    @Test
    void noDescriptorIsLeftOverHoweverAConnectionEnds() throws IOException {
        try (var hole = new BlackHole();
                var resetting = RecordingBackend.echo("resets").behave(Behaviour.RESET);
                var backend = RecordingBackend.echo("echo")) {
            var policies = List.of(
                    RecordingPolicy.to(FreePorts.nextAddress(), backend.address()),
                    RecordingPolicy.to(hole.address(), backend.address())
                        .connect(Duration.ofSeconds(5), Duration.ofMillis(100)),
                    RecordingPolicy.to(hole.address()).connect(Duration.ofMillis(200), Duration.ofMillis(100)),
                    RecordingPolicy.to(resetting.address()),
                    RecordingPolicy.to(FreePorts.nextAddress()),
                    RecordingPolicy.to(backend.address()).refusing());
            List<Listening> listenings = new ArrayList<>();
            for (RecordingPolicy policy : policies) {
                listenings.add(relay(policy));
            }
            for (Listening listening : listenings) {
                use(listening);
            }
            awaitQuiet(policies, backend);
            long before = openDescriptors();
            for (int round = 0; round < 5; round++) {
                for (Listening listening : listenings) {
                    use(listening);
                }
            }
            awaitQuiet(policies, backend);
            await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(openDescriptors()).isLessThanOrEqualTo(before));
        }
    }

    private static void awaitQuiet(List<RecordingPolicy> policies, RecordingBackend backend) {
        await().atMost(Duration.ofSeconds(10))
            .until(() -> backend.open() == 0
                    && policies.stream().flatMap(policy -> policy.sessions().stream()).allMatch(s -> s.reason != null));
    }

    private static void use(Listening listening) throws IOException {
        try (Socket client = dial(listening)) {
            write(client, "hello");
            client.shutdownOutput();
            client.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            // what some of them are for
        }
    }

    private static long openDescriptors() throws IOException {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }
}
