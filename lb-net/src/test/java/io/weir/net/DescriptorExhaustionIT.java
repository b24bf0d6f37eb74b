package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.ManagedProcess;
import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process without descriptors left, seen from outside. */
final class DescriptorExhaustionIT {
    private static final int DESCRIPTORS = 200;

    private static final int CLIENTS = 150;

    private static final Duration SOON = Duration.ofSeconds(20);

    @ParameterizedTest
    @EnumSource
    void itStopsAcceptingKeepsServingAndRecovers(Transport transport) throws Exception {
        assumeThat(transport.unavailable()).isEmpty();
        List<Socket> clients = new ArrayList<>();
        try (var backend = RecordingBackend.echo("echo");
                ManagedProcess relay = start(transport, backend.port())) {
            String line = relay.awaitLine(text -> text.startsWith("listening on "), SOON);
            int port = Integer.parseInt(line.substring("listening on ".length()));
            // Classes come from folders here, one descriptor each: load what a relay needs while there are some.
            try (var first = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertEchoes(first);
            }
            await().atMost(SOON).until(() -> backend.open() == 0);
            for (int client = 0; client < CLIENTS; client++) {
                clients.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            relay.awaitLine(text -> text.contains("pauses accepting"), SOON);
            await().during(Duration.ofMillis(500)).atMost(SOON).until(backend::open, open -> open < CLIENTS);
            int served = backend.open();
            assertThat(served).isGreaterThan(20);
            for (Socket client : clients.subList(0, 20)) {
                assertEchoes(client);
            }
            assertThat(cpuMillisWithin(relay.pid(), Duration.ofSeconds(2))).isLessThan(600);

            while (!clients.isEmpty()) {
                List<Socket> first = clients.subList(0, Math.min(20, clients.size()));
                for (Socket client : first) {
                    assertEchoes(client);
                    client.close();
                }
                first.clear();
            }
            assertThat(backend.accepted()).isEqualTo(CLIENTS + 1);
            assertThat(relay.output()).filteredOn(text -> text.contains("pauses accepting")).hasSize(1);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private static ManagedProcess start(Transport transport, int backendPort) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String command = "ulimit -n " + DESCRIPTORS + "; exec '" + java
                + "' --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xmx128m"
                + " -XX:TieredStopAtLevel=1 io.weir.net.RelayProcess " + transport + " " + backendPort;
        return ManagedProcess.start(
                List.of("bash", "-c", command),
                Path.of("").toAbsolutePath(),
                Map.of("CLASSPATH", System.getProperty("java.class.path")));
    }

    private static void assertEchoes(Socket client) throws IOException {
        client.setSoTimeout((int) SOON.toMillis());
        client.getOutputStream().write('x');
        assertThat(client.getInputStream().read()).isEqualTo('x');
    }

    /** Processor time that a process uses while we wait. */
    private static long cpuMillisWithin(long pid, Duration time) {
        long before = cpuMillis(pid);
        long deadlineNanos = System.nanoTime() + time.toNanos();
        await().atMost(time.plusSeconds(10)).until(() -> System.nanoTime() - deadlineNanos >= 0);
        return cpuMillis(pid) - before;
    }

    private static long cpuMillis(long pid) {
        return ProcessHandle.of(pid)
            .flatMap(process -> process.info().totalCpuDuration())
            .orElseThrow()
            .toMillis();
    }
}
