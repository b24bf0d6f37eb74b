package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.HttpAnswer;
import io.weir.testkit.ManagedProcess;
import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that may open few descriptors and has more HTTP clients than those. */
class DescriptorExhaustionIT {
    private static final int DESCRIPTORS = 300;
    private static final int CLIENTS = 400;
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final List<Socket> clients = new ArrayList<>();

    @Test
    void itStopsAcceptingServesThoseItHasAnswersTheApiAndRecovers(@TempDir Path folder) throws Exception {
        DaemonScene scene = DaemonScene.in(folder);
        List<String> limited = List.of("sh", "-c", "ulimit -n " + DESCRIPTORS + "; exec \"$@\"", "sh");
        try (var backend = RecordingBackend.http("i-01").answer(_ -> HttpAnswer.ok("here"));
                ManagedProcess daemon = DaemonProcess.launch(scene, limited,
                        Optional.of(scene.write("weir.yaml", DaemonScene.configuration(backend))))) {
            DaemonProcess.awaitStart(daemon);
            await().atMost(SOON).until(() -> backendState(scene).equals("healthy"));
            connectAll(scene.api().get("/v1/listeners/web").json().path("status").path("boundPort").asInt());

            daemon.awaitLine(line -> line.contains("pauses accepting"), SOON);
            await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> answered().size() < CLIENTS);
            List<Socket> served = answered();
            assertThat(served).hasSizeGreaterThan(40);
            assertServed(served);
            for (Socket client : served) {
                client.getOutputStream().write(REQUEST);
            }
            assertServed(served);
            assertThat(backendState(scene)).isEqualTo("healthy");
            assertThat(cpuWithin(daemon.pid(), Duration.ofSeconds(2))).isLessThan(Duration.ofMillis(600));

            clients.removeAll(served);
            closeAll(served);
            while (!clients.isEmpty()) {
                await().atMost(SOON).until(() -> !answered().isEmpty());
                List<Socket> next = answered();
                assertServed(next);
                clients.removeAll(next);
                closeAll(next);
            }
            assertThat(daemon.output()).filteredOn(line -> line.contains("pauses accepting")).hasSize(1);
        } finally {
            closeAll(clients);
        }
    }

    private void connectAll(int port) throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            var client = new Socket(InetAddress.getLoopbackAddress(), port);
            clients.add(client);
            client.setSoTimeout((int) SOON.toMillis());
            client.getOutputStream().write(REQUEST);
        }
    }

    private List<Socket> answered() throws IOException {
        List<Socket> answered = new ArrayList<>();
        for (Socket client : clients) {
            if (client.getInputStream().available() > 0) {
                answered.add(client);
            }
        }
        return answered;
    }

    private static void assertServed(List<Socket> clients) throws IOException {
        for (Socket client : clients) {
            var answer = new StringBuilder();
            while (!answer.toString().endsWith("\r\n\r\nhere")) {
                int octet = client.getInputStream().read();
                assertThat(octet).as("%s", answer).isNotNegative();
                answer.append((char) octet);
            }
            assertThat(answer).startsWith("HTTP/1.1 200 ");
        }
    }

    private static void closeAll(List<Socket> clients) throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }

    private static String backendState(DaemonScene scene) {
        return scene.api().get("/v1/backends").json().get(0).path("state").asString();
    }

    private static Duration cpuWithin(long pid, Duration time) {
        Duration before = cpu(pid);
        long deadlineNanos = System.nanoTime() + time.toNanos();
        await().atMost(time.plusSeconds(10)).until(() -> System.nanoTime() - deadlineNanos >= 0);
        return cpu(pid).minus(before);
    }

    private static Duration cpu(long pid) {
        return ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration()).orElseThrow();
    }
}
