package io.weir.health.probe;

import static io.weir.health.probe.OneProbe.assertFailed;
import static io.weir.health.probe.OneProbe.assertPassed;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.DurationText;
import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.core.model.Probe;
import io.weir.core.model.StatusSet;
import io.weir.core.model.TlsSettings;
import io.weir.net.Transport;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS handshakes with good and bad certificates, and HTTPS, on every transport of this host. */
@ParameterizedClass
@MethodSource("transports")
class TlsProbeIT {
    private static final String NAME = "shop.example";

    @TempDir
    private static Path folder = Path.of("");

    private static TestCertificates certificates;
    private static SSLContext good;
    private static SSLContext expired;

    @Parameter
    Transport transport = Transport.NIO;

    private OneProbe probe;

    static Stream<Transport> transports() {
        return OneProbe.transports();
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = new TestCertificates(folder);
        good = certificates.server(NAME, "-1H");
        expired = certificates.server(NAME, "-3d");
    }

    @BeforeEach
    void start() {
        probe = new OneProbe(transport);
    }

    @AfterEach
    void stop() {
        probe.close();
    }

    private static TlsSettings full(Optional<String> sni) {
        return new TlsSettings(TlsSettings.Verify.FULL, sni, Optional.of(certificates.authorityFile()));
    }

    private ProbeOutcome handshake(InetSocketAddress address, TlsSettings tls) throws Exception {
        return probe.of(address, OneProbe.check(new Probe.Tls(tls)));
    }

    @Test
    void withoutVerificationAnyCertificateIsASuccess() throws Exception {
        try (var server = TlsServer.with(expired)) {
            assertPassed(handshake(server.address(), TlsSettings.DEFAULT));
        }
    }

    @Test
    void aCertificateOfTheAuthorityForTheNameIsASuccess() throws Exception {
        try (var server = TlsServer.with(good)) {
            assertPassed(handshake(server.address(), full(Optional.of(NAME))));
            assertPassed(handshake(server.address(), full(Optional.empty()))); // it bears 127.0.0.1 too
        }
    }

    @Test
    void anExpiredCertificateFailsWithItsCause() throws Exception {
        try (var server = TlsServer.with(expired)) {
            assertFailed(handshake(server.address(), full(Optional.of(NAME))), Cause.CERTIFICATE, "certificate has expired");
        }
    }

    @Test
    void aCertificateForAnotherNameFailsWithItsCause() throws Exception {
        try (var server = TlsServer.with(good)) {
            assertFailed(handshake(server.address(), full(Optional.of("bank.example"))), Cause.CERTIFICATE,
                    "certificate refused: No subject alternative DNS name matching bank.example found.");
        }
    }

    @Test
    void aCertificateOfAnUnknownAuthorityFailsWithItsCause() throws Exception {
        try (var server = TlsServer.with(good)) {
            assertFailed(handshake(server.address(), new TlsSettings(TlsSettings.Verify.FULL, Optional.of(NAME), Optional.empty())),
                    Cause.CERTIFICATE, "certificate is from no trusted authority");
        }
    }

    @Test
    void theServerIsToldTheNameAndSeesAnOrderlyEnd() throws Exception {
        try (var server = TlsServer.with(good)) {
            assertPassed(handshake(server.address(), new TlsSettings(TlsSettings.Verify.NONE, Optional.of(NAME), Optional.empty())));

            assertThat(server.sni().get(30, TimeUnit.SECONDS)).contains(NAME);
            assertThat(server.ending().get(30, TimeUnit.SECONDS)).isEqualTo("end of TLS");
        }
    }

    @Test
    void aServerWithoutTlsFails() throws Exception {
        try (var server = ScriptedServer.doing(connection -> connection.getOutputStream().write("220 ready\r\n".getBytes(ISO_8859_1)))) {
            assertFailed(handshake(server.address(), TlsSettings.DEFAULT), Cause.TLS_FAILED, "not a TLS answer");
        }
    }

    @Test
    void aServerThatNeverAnswersTheHandshakeIsSilentAsOneThatNeverAnswersARequest() throws Exception {
        try (var server = ScriptedServer.doing(connection -> connection.getInputStream().readAllBytes())) {
            ProbeOutcome outcome = probe.of(server.address(), OneProbe.hasty(new Probe.Tls(TlsSettings.DEFAULT)));

            assertFailed(outcome, Cause.NO_ANSWER, "no TLS handshake within " + DurationText.of(OneProbe.SHORT));
            assertThat(Cause.NO_ANSWER.silence()).isTrue();
        }
    }

    @Test
    void aFileOfAuthoritiesThatIsNotThereIsOurOwnFault() throws Exception {
        try (var server = TlsServer.with(good)) {
            var missing = new TlsSettings(TlsSettings.Verify.FULL, Optional.empty(), Optional.of(folder.resolve("missing.pem")));

            OneProbe.assertNotTried(handshake(server.address(), missing), "no such file: " + folder.resolve("missing.pem"));
        }
    }

    @Test
    void httpsIsHttpBehindTheHandshake() throws Exception {
        try (var server = TlsServer.with(good)) {
            var https = new Probe.Http(Probe.Http.Method.GET, "/", Optional.of(NAME), StatusSet.of(List.of("204")), Optional.empty(),
                    Probe.Http.Version.HTTP_1_1, false, Optional.of(full(Optional.of(NAME))));

            assertPassed(probe.of(server.address(),
                    OneProbe.check(https)));
        }
    }
}
