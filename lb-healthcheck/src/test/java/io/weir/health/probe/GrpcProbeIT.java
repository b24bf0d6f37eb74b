package io.weir.health.probe;

import static io.weir.health.probe.OneProbe.assertFailed;
import static io.weir.health.probe.OneProbe.assertPassed;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.Probe;
import io.weir.core.model.TlsSettings;
import io.weir.net.Transport;
import io.weir.testkit.HttpAnswer;
import io.weir.testkit.RecordingBackend;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls of grpc.health.v1 to servers of HTTP/2, with and without TLS, on every transport of this host. */
@ParameterizedClass
@MethodSource("transports")
class GrpcProbeIT {
    private static final Probe.Grpc SHOP = new Probe.Grpc("shop", Optional.empty());

    @TempDir
    private Path folder = Path.of("");

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

    private ProbeOutcome call(InetSocketAddress address, Probe.Grpc grpc) throws Exception {
        return probe.of(address, OneProbe.check(grpc).every(HealthCheck.MIN_INTERVAL, Duration.ofSeconds(3)));
    }

    @Test
    void aServiceThatServesIsASuccess() throws Exception {
        try (var server = GrpcServer.answering(GrpcServer.health(1))) {
            assertPassed(call(server.address(), SHOP));

            assertThat(server.request().get(30, TimeUnit.SECONDS))
                .isEqualTo("POST /grpc.health.v1.Health/Check application/grpc 00000000060a0473686f70");
        }
    }

    @Test
    void anIpv6AddressStandsInBracketsInTheAuthority() {
        assertThat(GrpcProbe.authority(new InetSocketAddress("2001:db8::1", 50_051))).isEqualTo("[2001:db8::1]:50051");
        assertThat(GrpcProbe.authority(new InetSocketAddress("192.0.2.1", 50_051))).isEqualTo("192.0.2.1:50051");
    }

    @Test
    void aServiceThatDoesNotServeFails() throws Exception {
        try (var server = GrpcServer.answering(GrpcServer.health(2))) {
            assertFailed(call(server.address(), SHOP), Cause.WRONG_STATUS, "grpc health is NOT_SERVING, want SERVING");
        }
    }

    @Test
    void aServiceThatIsNotKnownFails() throws Exception {
        try (var server = GrpcServer.answering(GrpcServer.trailersOnly(5))) {
            assertFailed(call(server.address(), SHOP), Cause.WRONG_STATUS, "grpc status NOT_FOUND, want OK");
        }
    }

    @Test
    void aServerOfHttp1Fails() throws Exception {
        try (var backend = RecordingBackend.http("a").answer(_ -> HttpAnswer.of(400, "what?"))) {
            assertFailed(call(backend.address(), SHOP), Cause.BAD_ANSWER, "not an HTTP/2 answer");
        }
    }

    @Test
    void aServerThatKeepsSilentFailsWhenTheTimeoutIsOver() throws Exception {
        try (var backend = RecordingBackend.http("a").behave(io.weir.testkit.Behaviour.SILENT)) {
            assertFailed(probe.of(backend.address(), OneProbe.hasty(SHOP)), Cause.NO_ANSWER, "no answer within 300ms");
        }
    }

    @Test
    void overTlsTheServerMustAgreeToHttp2() throws Exception {
        var context = new TestCertificates(folder).server("shop.example", "-1H");
        var secured = new Probe.Grpc("shop", Optional.of(TlsSettings.DEFAULT));
        try (var server = GrpcServer.answering(GrpcServer.health(1), context)) {
            assertPassed(call(server.address(), secured));
        }
        try (var server = TlsServer.with(context)) {
            assertFailed(call(server.address(), secured), Cause.TLS_FAILED,
                    "TLS handshake failed: the server does not agree to HTTP/2 (ALPN h2)");
        }
    }
}
