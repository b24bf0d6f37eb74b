package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.HttpTimeouts;
import io.weir.core.model.OutlierDetection;
import io.weir.net.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the requests of clients teach about backends. */
class EvidenceIT {
    private static final String HEAD = "HTTP/1.1 %d Whatever\r\nContent-Length: 0\r\n\r\n";

    /** Two errors in a row, two gateway errors, three local ones. */
    private static final OutlierDetection RULES = new OutlierDetection(
            2, 2, 3, OutlierDetection.DEFAULT.interval(), OutlierDetection.DEFAULT.baseEjection(),
            OutlierDetection.DEFAULT.maxEjection(), OutlierDetection.DEFAULT.backoff(),
            OutlierDetection.DEFAULT.maxEjectedPercent(), OutlierDetection.DEFAULT.minHealthPercent(), Optional.empty(), Optional.empty());

    /** Answers with the status that the path names; 0 resets, 1 never answers. */
    private static RawBackend obedient() {
        return new RawBackend(connection -> {
            while (connection.readHead()) {
                int status = Integer.parseInt(connection.head().split("[/ ]", 4)[2]);
                if (status == 1) {
                    var _ = connection.in().read();
                    return;
                }
                if (status == 0) {
                    connection.socket().setSoLinger(true, 0);
                    return;
                }
                connection.write(HEAD.formatted(status));
            }
        });
    }

    private static TestProxy proxy(Transport transport, InetSocketAddress backend) {
        return new TestProxy(transport).pool("pool", backend).outlierDetection("pool", RULES);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void serverErrorsInARowAreToldWhenTheirThresholdIsReached(Transport transport) {
        try (var backend = obedient(); var proxy = proxy(transport, backend.address()).publish(); var client = proxy.client()) {
            for (int status : new int[] {500, 200, 500, 404, 500, 500, 500, 500}) {
                assertThat(client.get("/" + status).status()).isEqualTo(status);
            }
            assertThat(proxy.thresholds()).containsExactly("b0 SERVER_ERROR 0 0 2", "b0 SERVER_ERROR 0 0 4");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void gatewayErrorsCountForThemselvesToo(Transport transport) {
        try (var backend = obedient(); var proxy = proxy(transport, backend.address()).publish(); var client = proxy.client()) {
            for (int status : new int[] {500, 502, 503}) {
                assertThat(client.get("/" + status).status()).isEqualTo(status);
            }
            assertThat(proxy.thresholds()).containsExactly("b0 GATEWAY_ERROR 0 1 2", "b0 GATEWAY_ERROR 0 2 3");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aResetOfANewConnectionBeforeTheAnswerIsALocalError(Transport transport) {
        try (var backend = obedient(); var proxy = proxy(transport, backend.address()).publish(); var client = proxy.client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.get("/0").status()).isEqualTo(502);
            }
            assertThat(proxy.thresholds()).containsExactly("b0 RESET 2 2 2", "b0 RESET 3 3 3");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aStalePooledConnectionIsNoFaultOfTheBackend(Transport transport) {
        try (var backend = new RawBackend(connection -> {
            if (connection.readHead()) {
                connection.write(HEAD.formatted(200));
                connection.readHead();
            }
        }); var proxy = proxy(transport, backend.address()).publish(); var client = proxy.client()) {
            for (int i = 0; i < 6; i++) {
                assertThat(client.get("/").status()).isEqualTo(200);
            }
            assertThat(backend.accepted()).isEqualTo(6);
            assertThat(proxy.thresholds()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAnswerThatDoesNotComeInTimeIsALocalError(Transport transport) {
        var hasty = new HttpTimeouts(HttpTimeouts.DEFAULT.idle(), HttpTimeouts.DEFAULT.header(), Duration.ofMillis(300),
                HttpTimeouts.DEFAULT.body());
        try (var backend = obedient();
                var proxy = proxy(transport, backend.address()).timeouts(hasty).publish();
                var client = proxy.client();
                var another = proxy.client()) {
            assertThat(client.get("/1").status()).isEqualTo(504);
            assertThat(another.get("/1").status()).isEqualTo(504);
            assertThat(proxy.thresholds()).containsExactly("b0 TIMED_OUT 2 2 2");
        }
    }
}
