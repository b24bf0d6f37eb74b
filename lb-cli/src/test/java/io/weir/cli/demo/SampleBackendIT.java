package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.FreePorts;
import io.weir.testkit.ManagedProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One sample backend in a process of its own. */
class SampleBackendIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final int port = FreePorts.next();

    @Test
    void itNamesItselfAndToldFieldsOverOneConnection() throws Exception {
        try (ManagedProcess _ = backend(ProcessHandle.current().pid()); Socket client = connect()) {
            String get = "GET /a?x=1 HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 10.0.0.9\r\n\r\n";
            String head = "HEAD /b HTTP/1.1\r\nHost: h\r\n\r\n";
            String post = "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
            String last = "GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

            String answers = exchange(client, get + head + post + last);

            assertThat(answers.split("HTTP/1.1 200 OK\r\n", -1)).hasSize(5);
            assertThat(answers).contains("X-Backend: a-1\r\n").contains("backend a-1\nGET /a?x=1\nHost: h\nX-Forwarded-For: 10.0.0.9\n");
            assertThat(answers).contains("POST /c\nHost: h\n5 bytes received\n").endsWith("\r\n\r\nok\n");
        }
    }

    @Test
    void itEndsWithTheDemo() throws Exception {
        try (ManagedProcess demo = ManagedProcess.start("sleep", "60"); ManagedProcess backend = backend(demo.pid())) {
            connect().close();

            demo.kill();

            assertThat(backend.awaitExit(LIMIT)).isZero();
        }
    }

    private ManagedProcess backend(long demoPid) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return ManagedProcess.start(java, "-Xmx32m", "-cp", System.getProperty("java.class.path"), SampleBackend.class.getName(), "a-1",
                Integer.toString(port), Long.toString(demoPid));
    }

    private Socket connect() {
        return await().atMost(LIMIT)
            .ignoreExceptions()
            .until(() -> new Socket(InetAddress.getLoopbackAddress(), port), Socket::isConnected);
    }

    private static String exchange(Socket client, String request) throws IOException {
        client.setSoTimeout((int) LIMIT.toMillis());
        client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
