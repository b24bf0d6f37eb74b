package io.weir.health.probe;

import static io.weir.health.probe.OneProbe.assertPassed;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.HealthCheck;
import io.weir.core.model.Probe;
import io.weir.core.model.ProxyProtocol;
import io.weir.core.model.StatusSet;
import io.weir.core.model.TlsSettings;
import io.weir.net.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Probes of servers that expect a PROXY header of everybody, on every transport of this host. */
@ParameterizedClass
@MethodSource("transports")
class ProxyHeaderProbeIT {
    private static final String V1 = "PROXY UNKNOWN\r\n";
    private static final Probe.Http HEAD = new Probe.Http(Probe.Http.Method.HEAD, "/", Optional.empty(), StatusSet.of(List.of("2xx")));

    @Parameter
    Transport transport = Transport.NIO;

    private OneProbe probe;

    /** What a server has received first. */
    private final CompletableFuture<String> received = new CompletableFuture<>();

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

    private static HealthCheck patient(Probe probe) {
        return HealthCheck.of(probe).every(Duration.ofSeconds(4), Duration.ofSeconds(4)).withThresholds(1, 1);
    }

    private ScriptedServer serverThatReads(int bytes, String answer) {
        return ScriptedServer.doing(connection -> {
            received.complete(new String(connection.getInputStream().readNBytes(bytes), ISO_8859_1));
            connection.getOutputStream().write(answer.getBytes(ISO_8859_1));
        });
    }

    @Test
    void aHandshakeIsFollowedByTheHeaderOfNobody() throws Exception {
        try (ScriptedServer server = serverThatReads(1_000, "")) {
            assertPassed(probe.of(server.address(), patient(new Probe.Tcp()), ProxyProtocol.V2));
            assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo("\r\n\r\n\0\r\nQUIT\n \0\0\0");
        }
    }

    @Test
    void aRequestFollowsTheHeader() throws Exception {
        try (ScriptedServer server = serverThatReads(V1.length() + 4, "HTTP/1.1 204 No Content\r\n\r\n")) {
            assertPassed(probe.of(server.address(), patient(HEAD), ProxyProtocol.V1));
            assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(V1 + "HEAD");
        }
    }

    @Test
    void aTlsHandshakeFollowsTheHeader() throws Exception {
        try (var server = ScriptedServer.doing(connection -> {
            received.complete(new String(connection.getInputStream().readNBytes(V1.length() + 1), ISO_8859_1));
            connection.close();
        })) {
            probe.of(server.address(), patient(new Probe.Tls(TlsSettings.DEFAULT)), ProxyProtocol.V1);
            assertThat(received.get(30, TimeUnit.SECONDS)).as("and the type of a handshake record").isEqualTo(V1 + (char) 22);
        }
    }
}
