package io.weir.health.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.ProbeOutcome;
import io.weir.core.model.Probe;
import io.weir.core.model.ProxyProtocol;
import io.weir.core.model.TlsSettings;
import io.weir.net.EventLoops;
import io.weir.net.Transport;
import io.weir.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A loop that ends, at any moment of a handshake whose arithmetic goes on elsewhere. A buffer that is left behind fails the class. */
class EndInMidHandshakeIT {
    private static final int ROUNDS = 40;
    private static final int PROBES = 8;
    private static final long HANDSHAKE_NANOS = 60_000_000;

    static Stream<Transport> transports() {
        return OneProbe.transports();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aLoopThatEndsInMidHandshakeLeavesNoBufferBehind(Transport transport, @TempDir Path folder) throws Exception {
        RandomGenerator random = Seeded.generator(4711);
        SSLContext server = new TestCertificates(folder).server("shop.example", "-1H");
        for (int round = 0; round < ROUNDS; round++) {
            end(transport, server, random.nextLong(HANDSHAKE_NANOS), random.nextBoolean());
        }
    }

    private static void end(Transport transport, SSLContext context, long afterNanos, boolean abandoned) throws IOException {
        List<TlsServer> servers = new ArrayList<>();
        List<Prober.Running> running = new ArrayList<>();
        for (int server = 0; server < PROBES; server++) {
            servers.add(TlsServer.with(context)); // each has one handshake at a time
        }
        try (EventLoops loops = EventLoops.start(transport, 1)) {
            var prober = new SocketProber(transport, loops.probe(), PROBES);
            loops.probe().run(() -> servers.forEach(server -> running.add(prober.start(target(server), new Unheard()))));
            LockSupport.parkNanos(afterNanos);
            loops.probe().run(() -> {
                if (abandoned) {
                    running.forEach(Prober.Running::abandon);
                }
                prober.close();
            });
        }
        assertThat(running).hasSize(PROBES);
        for (TlsServer server : servers) {
            server.close();
        }
    }

    private static ProbeTarget target(TlsServer server) {
        return new ProbeTarget(server.address(), OneProbe.check(new Probe.Tls(TlsSettings.DEFAULT)), ProxyProtocol.NONE, Optional.empty());
    }

    private static final class Unheard implements Prober.Listener {
        @Override
        public void judged(ProbeOutcome outcome) {
            // nobody waits for it
        }

        @Override
        public void closed() {
            // nobody waits for it
        }
    }
}
