package io.weir.daemon.sessionlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.core.health.BackendKey;
import io.weir.core.model.SessionLogging;
import io.weir.net.CloseReason;
import io.weir.net.session.SessionEnd;
import io.weir.net.session.SessionInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionLogTest {
    private static final InstantSource CLOCK = () -> Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    @Test
    void aSessionIsOneLineOfJson() throws Exception {
        try (SessionLog log = log(1 << 20, 1)) {
            log.ended(end("10.0.0.1", 4000, Optional.of(new BackendKey("shop", "i-01"))));
            log.ended(end("2001:db8::1", 4001, Optional.empty()));
        }

        assertThat(lines("sessions.log")).containsExactly(
                "{\"at\":\"2026-01-01T00:00:00Z\",\"listener\":\"edge\",\"client\":\"10.0.0.1:4000\",\"pool\":\"shop\",\"backend\":\"i-01\","
                        + "\"address\":\"10.0.1.1:80\",\"durationMs\":1500,\"bytesIn\":12,\"bytesOut\":34,\"end\":\"completed\"}",
                "{\"at\":\"2026-01-01T00:00:00Z\",\"listener\":\"edge\",\"client\":\"[2001:db8::1]:4001\","
                        + "\"durationMs\":1500,\"bytesIn\":12,\"bytesOut\":34,\"end\":\"completed\"}");
    }

    @Test
    void aFileThatHasGrownEnoughMakesWayAndTheOldestGoes() throws Exception {
        for (int run = 0; run < 6; run++) {
            try (SessionLog log = log(SessionLogging.MIN_ROTATE_AT, 2)) {
                for (int session = 0; session < 4; session++) {
                    log.ended(end("10.0.0.1", 1000 + run, Optional.of(new BackendKey("shop", "i-01"))));
                }
            }
        }

        assertThat(names()).containsExactly("sessions.log", "sessions.log.1", "sessions.log.2");
        assertThat(lines("sessions.log")).hasSize(4).allMatch(line -> line.contains(":1005\""));
        assertThat(lines("sessions.log.1")).hasSize(4).allMatch(line -> line.contains(":1004\""));
        assertThat(lines("sessions.log.2")).hasSize(4).allMatch(line -> line.contains(":1003\""));
    }

    @Test
    void whoMovedTheFileAwayHasItMadeAnew() throws Exception {
        try (SessionLog log = log(1 << 20, 1)) {
            log.ended(end("10.0.0.1", 1, Optional.empty()));
            await().until(() -> lines("sessions.log").size() == 1);
            Files.move(folder.resolve("sessions.log"), folder.resolve("moved"));
            log.reopen();
            await().until(() -> Files.exists(folder.resolve("sessions.log")));
            log.ended(end("10.0.0.1", 2, Optional.empty()));
        }

        assertThat(lines("moved")).hasSize(1);
        assertThat(lines("sessions.log")).singleElement().asString().contains(":2\"");
    }

    @Test
    void aDiskThatFailsDropsLinesAndCountsThem() throws Exception {
        try (SessionLog log = SessionLog.open(new SessionLogging(Path.of("/dev/full"), 1 << 20, 1), CLOCK)) {
            log.ended(end("10.0.0.1", 1, Optional.empty()));
            await().until(() -> log.dropped() == 1);
        }
    }

    @Test
    void aFolderThatIsNotThereIsToldAtOnce() {
        var settings = new SessionLogging(folder.resolve("no/sessions.log"), 1 << 20, 1);
        assertThatThrownBy(() -> SessionLog.open(settings, CLOCK)).isInstanceOf(IOException.class);
    }

    private SessionLog log(long rotateAt, int keep) throws IOException {
        return SessionLog.open(new SessionLogging(folder.resolve("sessions.log"), rotateAt, keep), CLOCK);
    }

    private List<String> lines(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static SessionEnd end(String client, int port, Optional<BackendKey> backend) {
        var address = new InetSocketAddress(InetAddress.ofLiteral(client), port);
        var to = new InetSocketAddress(InetAddress.ofLiteral("10.0.1.1"), 80);
        return new SessionEnd(new SessionInfo("edge", address, backend, backend.map(_ -> to), Duration.ofMillis(1500), 12, 34),
                CloseReason.COMPLETED);
    }
}
