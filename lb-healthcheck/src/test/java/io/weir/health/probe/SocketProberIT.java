package io.weir.health.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.Probe;
import io.weir.core.model.StatusSet;
import io.weir.health.TestPools;
import io.weir.net.EventLoops;
import io.weir.net.Transport;
import io.weir.testkit.Behaviour;
import io.weir.testkit.FreePorts;
import io.weir.testkit.HttpAnswer;
import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of probe against each kind of server, on every transport of this host. */
@ParameterizedClass
@MethodSource("transports")
class SocketProberIT {
    private static final Duration TIMEOUT = Duration.ofMillis(300);

    @Parameter
    Transport transport = Transport.NIO;

    private Optional<EventLoops> loops = Optional.empty();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    static Stream<Transport> transports() {
        return Stream.of(Transport.values()).filter(transport -> transport.unavailable().isEmpty());
    }

    @AfterEach
    void everySocketIsClosed() throws Exception {
        closed.get(5, TimeUnit.SECONDS);
        loops.ifPresent(EventLoops::close);
    }

    private ProbeOutcome probe(InetSocketAddress address, Probe probe) throws Exception {
        EventLoops started = EventLoops.start(transport, 1);
        loops = Optional.of(started);
        var outcome = new CompletableFuture<ProbeOutcome>();
        var check = HealthCheck.of(probe).every(HealthCheck.MIN_INTERVAL, TIMEOUT).withThresholds(1, 1);
        var target = new ProbeTarget(TestPools.key("a"), address, check);
        var prober = new SocketProber(transport, started.probe());
        started.probe().run(() -> prober.start(target, new Prober.Listener() {
            @Override
            public void judged(ProbeOutcome judged) {
                assertThat(outcome.complete(judged)).as("judged once").isTrue();
            }

            @Override
            public void closed() {
                assertThat(outcome).as("judged before it is closed").isDone();
                assertThat(closed.complete(null)).as("closed once").isTrue();
            }
        }));
        return outcome.get(5, TimeUnit.SECONDS);
    }

    private static Probe.Http http(Probe.Http.Method method) {
        return new Probe.Http(method, "/healthz", Optional.empty(), StatusSet.of(List.of("2xx", "3xx")));
    }

    private ProbeOutcome head(InetSocketAddress address) throws Exception {
        return probe(address, http(Probe.Http.Method.HEAD));
    }

    private static void assertFailed(ProbeOutcome outcome, Cause cause, String detail) {
        assertThat(outcome).isEqualTo(new ProbeOutcome.Failure(outcome.startedNanos(), cause, detail));
    }

    private static void write(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(ISO_8859_1));
        connection.getOutputStream().flush();
    }

    @Test
    void aHandshakeIsASuccessAndEndsWithFin() throws Exception {
        try (var server = ScriptedServer.doing(_ -> {
        })) {
            ProbeOutcome outcome = probe(server.address(), new Probe.Tcp());

            assertThat(outcome).isInstanceOfSatisfying(ProbeOutcome.Success.class,
                    success -> assertThat(success.latency()).isPositive().isLessThan(TIMEOUT));
            assertThat(server.ending().get(5, TimeUnit.SECONDS)).isEqualTo("FIN");
        }
    }

    @Test
    void aServerThatGreetsItsClientsSeesNoReset() throws Exception {
        try (var server = ScriptedServer.doing(connection -> write(connection, "220 ready\r\n"))) {
            assertThat(probe(server.address(), new Probe.Tcp())).isInstanceOf(ProbeOutcome.Success.class);

            assertThat(server.ending().get(5, TimeUnit.SECONDS)).isEqualTo("FIN");
        }
    }

    @Test
    void aRefusedConnectFails() throws Exception {
        assertFailed(probe(FreePorts.nextAddress(), new Probe.Tcp()), Cause.REFUSED, "connect refused");
    }

    @Test
    void aConnectWithoutAnAnswerFailsWhenTheTimeoutIsOver() throws Exception {
        try (var hole = new BlackHole()) {
            long before = System.nanoTime();

            assertFailed(probe(hole.address(), new Probe.Tcp()), Cause.CONNECT_TIMED_OUT, "connect timed out");

            assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(TIMEOUT, TIMEOUT.plusSeconds(2));
        }
    }

    @Test
    void anExpectedStatusIsASuccess() throws Exception {
        try (var backend = RecordingBackend.http("a")) {
            assertThat(head(backend.address())).isInstanceOf(ProbeOutcome.Success.class);

            var request = backend.requests().getFirst();
            assertThat(request.method()).isEqualTo("HEAD");
            assertThat(request.target()).isEqualTo("/healthz");
            assertThat(request.field("Host")).contains("127.0.0.1:" + backend.port());
            assertThat(request.field("Connection")).contains("close");
            assertThat(request.field("User-Agent")).contains("weir-health-check");
        }
    }

    @Test
    void theConfiguredHostIsSent() throws Exception {
        try (var backend = RecordingBackend.http("a")) {
            probe(backend.address(), new Probe.Http(Probe.Http.Method.GET, "/", Optional.of("shop.example"), StatusSet.of(List.of("200"))));

            assertThat(backend.requests().getFirst().method()).isEqualTo("GET");
            assertThat(backend.requests().getFirst().field("Host")).contains("shop.example");
        }
    }

    @Test
    void anyOtherStatusFails() throws Exception {
        try (var backend = RecordingBackend.http("a").answer(_ -> HttpAnswer.of(500, "broken"))) {
            assertFailed(head(backend.address()), Cause.WRONG_STATUS, "status 500, want 2xx or 3xx");
        }
    }

    @Test
    void aServerThatAcceptsAndKeepsSilentFailsWhenTheTimeoutIsOver() throws Exception {
        try (var backend = RecordingBackend.http("a").behave(Behaviour.SILENT)) {
            assertFailed(head(backend.address()), Cause.NO_ANSWER, "no answer within 300ms");
        }
    }

    @Test
    void aServerThatDripsItsHeadFailsWhenTheTimeoutIsOver() throws Exception {
        var stop = new CompletableFuture<Void>();
        try (var server = ScriptedServer.doing(connection -> {
            write(connection, "HTTP/1.1 200 OK\r\n");
            stop.join();
        })) {
            assertFailed(head(server.address()), Cause.NO_ANSWER, "no answer within 300ms");
        } finally {
            stop.complete(null);
        }
    }

    @Test
    void aServerThatClosesInsteadOfAnsweringFails() throws Exception {
        try (var backend = RecordingBackend.http("a").behave(Behaviour.CLOSE)) {
            assertFailed(head(backend.address()), Cause.CLOSED, "closed without an answer");
        }
    }

    @Test
    void aServerThatResetsInsteadOfAnsweringFails() throws Exception {
        try (var backend = RecordingBackend.http("a").behave(Behaviour.RESET)) {
            assertFailed(head(backend.address()), Cause.RESET, "connection reset");
        }
    }

    @Test
    void whatIsNotHttpFails() throws Exception {
        try (var server = ScriptedServer.doing(connection -> write(connection, "SSH-2.0-OpenSSH_10\r\n\r\n"))) {
            assertFailed(head(server.address()), Cause.BAD_ANSWER, "not an HTTP/1 answer");
        }
    }

    @Test
    void aHeadWithoutEndFailsAtItsLimit() throws Exception {
        try (var server = ScriptedServer.doing(
                connection -> write(connection, "HTTP/1.1 200 OK\r\nX: " + "x".repeat(AnswerHead.LIMIT_BYTES)))) {
            assertFailed(head(server.address()), Cause.BAD_ANSWER, "answer's head is over 8KiB");
        }
    }

    @Test
    void anInterimAnswerIsPassedOver() throws Exception {
        try (var server = ScriptedServer.doing(
                connection -> write(connection, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"))) {
            assertThat(head(server.address())).isInstanceOf(ProbeOutcome.Success.class);
        }
    }

    @Test
    void theBodyOfAGetIsCutOff() throws Exception {
        var sent = new CompletableFuture<Integer>();
        try (var server = ScriptedServer.doing(connection -> {
            write(connection, "HTTP/1.1 200 OK\r\n\r\n");
            int written = 0;
            try {
                for (; written < 100_000_000; written += 100_000) {
                    write(connection, "x".repeat(100_000));
                }
            } catch (IOException cut) {
                sent.complete(written);
            }
        })) {
            assertThat(probe(server.address(), http(Probe.Http.Method.GET))).isInstanceOf(ProbeOutcome.Success.class);

            await().untilAsserted(() -> assertThat(sent).isCompleted());
            assertThat(sent.join()).isLessThan(100_000_000);
        }
    }
}
