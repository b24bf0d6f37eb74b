package io.weir.health.probe;

import static io.weir.health.probe.OneProbe.TIMEOUT;
import static io.weir.health.probe.OneProbe.assertFailed;
import static io.weir.health.probe.OneProbe.assertPassed;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.Probe;
import io.weir.net.Transport;
import io.weir.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Handshakes with each kind of server, on every transport of this host. */
@ParameterizedClass
@MethodSource("transports")
class TcpProbeIT {
    @Parameter
    Transport transport = Transport.NIO;

    private OneProbe probe;

    static Stream<Transport> transports() {
        return OneProbe.transports();
    }

    @BeforeEach
    void start() {
        probe = new OneProbe(transport);
    }

    @AfterEach
    void stop() {
        probe.close();
    }

    private static void write(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(ISO_8859_1));
        connection.getOutputStream().flush();
    }

    @Test
    void aHandshakeIsASuccessAndEndsWithFin() throws Exception {
        try (var server = ScriptedServer.doing(_ -> {
        })) {
            ProbeOutcome outcome = probe.of(server.address(), new Probe.Tcp());

            assertThat(outcome).isInstanceOfSatisfying(ProbeOutcome.Success.class,
                    success -> assertThat(success.latency()).isPositive().isLessThan(TIMEOUT));
            assertThat(server.ending().get(30, TimeUnit.SECONDS)).isEqualTo("FIN");
        }
    }

    @Test
    void aServerThatGreetsItsClientsSeesNoReset() throws Exception {
        try (var server = ScriptedServer.doing(connection -> write(connection, "220 ready\r\n"))) {
            assertThat(probe.of(server.address(), new Probe.Tcp())).isInstanceOf(ProbeOutcome.Success.class);

            assertThat(server.ending().get(30, TimeUnit.SECONDS)).isEqualTo("FIN");
        }
    }

    @Test
    void aRefusedConnectFails() throws Exception {
        assertFailed(probe.of(FreePorts.nextAddress(), new Probe.Tcp()), Cause.REFUSED, "connect refused");
    }

    @Test
    void aConnectWithoutAnAnswerFailsWhenTheTimeoutIsOver() throws Exception {
        try (var hole = new BlackHole()) {
            long before = System.nanoTime();

            assertFailed(probe.of(hole.address(), OneProbe.hasty(new Probe.Tcp())), Cause.CONNECT_TIMED_OUT, "connect timed out");

            assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(OneProbe.SHORT, TIMEOUT);
        }
    }

    @Test
    void aProbeMayEndWithRst() throws Exception {
        try (var server = ScriptedServer.doing(_ -> {
        })) {
            assertPassed(probe.of(server.address(), new Probe.Tcp(Probe.Tcp.Close.RST)));

            assertThat(server.ending().get(30, TimeUnit.SECONDS)).isEqualTo("Connection reset");
        }
    }

    @Test
    void aProbeComesFromTheSourceOfItsCheck() throws Exception {
        var peer = new CompletableFuture<InetAddress>();
        try (var server = ScriptedServer.doing(connection -> peer.complete(connection.getInetAddress()))) {
            InetAddress source = InetAddress.ofLiteral("127.0.0.9");

            assertPassed(probe.of(server.address(), OneProbe.check(new Probe.Tcp()).withSource(source)));

            assertThat(peer.get(30, TimeUnit.SECONDS)).isEqualTo(source);
        }
    }

    @Test
    void aSourceThatIsNotOursIsOurOwnFault() throws Exception {
        HealthCheck check = OneProbe.check(new Probe.Tcp()).withSource(InetAddress.ofLiteral("192.0.2.1"));

        assertThat(probe.of(FreePorts.nextAddress(), check)).isInstanceOf(ProbeOutcome.NotTried.class);
    }
}
