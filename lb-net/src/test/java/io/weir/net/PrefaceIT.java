package io.weir.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read of a client before there is a backend, on every transport. */
@ParameterizedClass
@EnumSource(Transport.class)
final class PrefaceIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.7", 4711);

    private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.9", 443);

    private static final String HEADER = "PROXY TCP4 192.0.2.7 192.0.2.9 4711 443\r\n";

    private final Transport transport;

    private final RecordingBackend backend = RecordingBackend.echo("echo");

    private final RecordingPolicy plain = RecordingPolicy.to(backend.address());

    private EventLoops loops;

    PrefaceIT(Transport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void startLoops() {
        assumeThat(transport.unavailable()).isEmpty();
        loops = EventLoops.start(transport, 2);
    }

    @AfterEach
    void stop() {
        backend.close();
        if (loops != null) {
            loops.close();
        }
    }

    private Socket dial(RecordingPolicy policy) throws IOException {
        Listening listening = RelayListener.open(loops, ANY_PORT, 1024, _ -> policy);
        var socket = new Socket(listening.address().getAddress(), listening.address().getPort());
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static String read(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), US_ASCII);
    }

    private static @Nullable CloseReason awaitClosed(RecordingPolicy policy) {
        await().atMost(Duration.ofSeconds(10)).until(() -> policy.only().reason != null);
        return policy.only().reason;
    }

    private void assertRefused(Socket client, RecordingPolicy policy, CloseReason reason) {
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
        assertThat(awaitClosed(policy)).isEqualTo(reason);
        assertThat(policy.only().connected).isFalse();
        assertThat(backend.accepted()).isZero();
    }

    /** A line that ends with a semicolon. */
    private static Function<RelayConnection, Preface> line(String expected, int maxBytes, Duration timeout) {
        return _ -> new Preface() {
            @Override
            public int maxBytes() {
                return maxBytes;
            }

            @Override
            public Duration timeout() {
                return timeout;
            }

            @Override
            public Result read(ByteBuffer received) {
                String text = US_ASCII.decode(received.duplicate()).toString();
                int end = text.indexOf(';');
                if (end < 0) {
                    return Result.More.MORE;
                }
                return text.substring(0, end).equals(expected)
                        ? new Result.Done(end + 1)
                        : new Result.Refused(CloseReason.REFUSED);
            }
        };
    }

    @Test
    void theClientThatAHeaderNamesIsTheClientAndOnlyItsBytesAreRelayed() throws IOException {
        RecordingPolicy policy = plain.prefaces(List.of(ProxyPreface::new));
        try (Socket client = dial(policy)) {
            write(client, HEADER + "hello");
            assertThat(read(client, 5)).isEqualTo("hello");

            RelayConnection connection = policy.only().connection;
            assertThat(connection.clientAddress()).isEqualTo(CLIENT);
            assertThat(connection.listenAddress()).isEqualTo(SERVER);
            client.shutdownOutput();
            assertThat(awaitClosed(policy)).isEqualTo(CloseReason.COMPLETED);
            assertThat(policy.only().bytesToBackend).isEqualTo(5);
        }
    }

    @Test
    void aHeaderMayComeByteByByteAndTheClientMayThenWait() throws IOException {
        RecordingPolicy policy = plain.prefaces(List.of(ProxyPreface::new));
        try (Socket client = dial(policy)) {
            for (byte b : Headers.v2(CLIENT, SERVER)) {
                client.getOutputStream().write(b);
            }
            await().until(() -> policy.only().connected);
            assertThat(backend.accepted()).isEqualTo(1);
            write(client, "late");
            assertThat(read(client, 4)).isEqualTo("late");
        }
    }

    @Test
    void aServerThatSpeaksFirstIsHeardBehindAPreface() throws IOException {
        try (var server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            var policy = RecordingPolicy.to((InetSocketAddress) server.getLocalSocketAddress()).prefaces(List.of(ProxyPreface::new));
            try (Socket client = dial(policy)) {
                write(client, HEADER);
                try (Socket accepted = server.accept()) {
                    write(accepted, "welcome");
                    assertThat(read(client, 7)).isEqualTo("welcome");
                }
            }
        }
    }

    @Test
    void aHeaderItsBytesAndTheEndMayComeAtOnce() throws IOException {
        RecordingPolicy policy = plain.prefaces(List.of(ProxyPreface::new));
        try (Socket client = dial(policy)) {
            write(client, HEADER + "all");
            client.shutdownOutput();
            assertThat(read(client, 100)).isEqualTo("all");
            assertThat(awaitClosed(policy)).isEqualTo(CloseReason.COMPLETED);
        }
    }

    @Test
    void aHeaderAndTheEndMakeAnEmptyConnection() throws IOException {
        RecordingPolicy policy = plain.prefaces(List.of(ProxyPreface::new));
        try (Socket client = dial(policy)) {
            write(client, HEADER);
            client.shutdownOutput();
            assertThat(read(client, 100)).isEmpty();
            assertThat(awaitClosed(policy)).isEqualTo(CloseReason.COMPLETED);
            assertThat(backend.accepted()).isEqualTo(1);
        }
    }

    @Test
    void aPrefaceIsFollowedByTheNextAndSeesWhatThatOneLeft() throws IOException {
        Duration soon = Duration.ofSeconds(10);
        RecordingPolicy policy = plain.prefaces(List.of(line("one", 10, soon), line("two", 10, soon)));
        try (Socket client = dial(policy)) {
            write(client, "one;tw");
            write(client, "o;three;");
            assertThat(read(client, 6)).isEqualTo("three;");
        }
    }

    @Test
    void whatIsNoHeaderIsRefusedAndNeverReachesABackend() throws IOException {
        RecordingPolicy policy = plain.prefaces(List.of(ProxyPreface::new));
        try (Socket client = dial(policy)) {
            write(client, "GET / HTTP/1.1\r\n\r\n");
            assertRefused(client, policy, CloseReason.BAD_PREFACE);
        }
    }

    @Test
    void aRefusalHasItsOwnReason() throws IOException {
        RecordingPolicy policy = plain.prefaces(List.of(line("one", 10, Duration.ofSeconds(10))));
        try (Socket client = dial(policy)) {
            write(client, "six;");
            assertRefused(client, policy, CloseReason.REFUSED);
        }
    }

    @Test
    void aStreamThatEndsInsideItsHeaderIsRefused() throws IOException {
        RecordingPolicy policy = plain.prefaces(List.of(ProxyPreface::new));
        try (Socket client = dial(policy)) {
            write(client, HEADER.substring(0, 20));
            client.shutdownOutput();
            assertRefused(client, policy, CloseReason.BAD_PREFACE);
        }
    }

    @Test
    void aPrefaceThatIsLongerThanItMayBeIsRefused() throws IOException {
        RecordingPolicy policy = plain.prefaces(List.of(line("one", 10, Duration.ofSeconds(10))));
        try (Socket client = dial(policy)) {
            write(client, "0123456789");
            assertRefused(client, policy, CloseReason.BAD_PREFACE);
        }
    }

    @Test
    void aPrefaceThatDoesNotComeInTimeIsNotWaitedFor() throws IOException {
        RecordingPolicy policy = plain.prefaces(List.of(line("one", 10, Duration.ofMillis(300))));
        try (Socket client = dial(policy)) {
            write(client, "on");
            assertRefused(client, policy, CloseReason.PREFACE_TIMEOUT);
        }
    }

    @Test
    void aClientThatResetsInsideItsHeaderIsGone() throws IOException {
        RecordingPolicy policy = plain.prefaces(List.of(ProxyPreface::new));
        Socket client = dial(policy);
        write(client, HEADER.substring(0, 20));
        await().until(() -> !policy.sessions().isEmpty());
        client.setSoLinger(true, 0);
        client.close();
        assertThat(awaitClosed(policy)).isIn(CloseReason.CLIENT_RESET, CloseReason.BAD_PREFACE);
    }
}
