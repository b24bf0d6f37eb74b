package io.weir.health.probe;

import static io.weir.health.probe.OneProbe.assertFailed;
import static io.weir.health.probe.OneProbe.assertPassed;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.core.model.BodyMatch;
import io.weir.core.model.Probe;
import io.weir.core.model.StatusSet;
import io.weir.net.Transport;
import io.weir.testkit.Behaviour;
import io.weir.testkit.HttpAnswer;
import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests to each kind of server, on every transport of this host. */
@ParameterizedClass
@MethodSource("transports")
class HttpProbeIT {
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

    private static Probe.Http http(Probe.Http.Method method) {
        return new Probe.Http(method, "/healthz", Optional.empty(), StatusSet.of(List.of("2xx", "3xx")));
    }

    private static Probe.Http body(BodyMatch.Test test, boolean not) {
        return new Probe.Http(Probe.Http.Method.GET, "/healthz", Optional.empty(), StatusSet.of(List.of("200")),
                Optional.of(new BodyMatch(test, not)), Probe.Http.Version.HTTP_1_1, false, Optional.empty());
    }

    private static Probe.Http keeping(Probe.Http.Method method) {
        return new Probe.Http(method, "/healthz", Optional.empty(), StatusSet.of(List.of("200")), Optional.empty(),
                Probe.Http.Version.HTTP_1_1, true, Optional.empty());
    }

    private ProbeOutcome head(InetSocketAddress address) throws Exception {
        return probe.of(address, http(Probe.Http.Method.HEAD));
    }

    private ProbeOutcome hastyHead(InetSocketAddress address) throws Exception {
        return probe.of(address, OneProbe.hasty(http(Probe.Http.Method.HEAD)));
    }

    private static void write(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(ISO_8859_1));
        connection.getOutputStream().flush();
    }

    @Test
    void anExpectedStatusIsASuccess() throws Exception {
        try (var backend = RecordingBackend.http("a")) {
            assertPassed(head(backend.address()));

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
            probe.of(backend.address(),
                    new Probe.Http(Probe.Http.Method.GET, "/", Optional.of("shop.example"), StatusSet.of(List.of("200"))));

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
            assertFailed(hastyHead(backend.address()), Cause.NO_ANSWER, "no answer within 300ms");
        }
    }

    @Test
    void aServerThatDripsItsHeadFailsWhenTheTimeoutIsOver() throws Exception {
        var stop = new CompletableFuture<Void>();
        try (var server = ScriptedServer.doing(connection -> {
            write(connection, "HTTP/1.1 200 OK\r\n");
            stop.join();
        })) {
            assertFailed(hastyHead(server.address()), Cause.NO_ANSWER, "no answer within 300ms");
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
                connection -> write(connection, "HTTP/1.1 200 OK\r\nX: " + "x".repeat(8 * 1024)))) {
            assertFailed(head(server.address()), Cause.BAD_ANSWER, "answer's head is over 8KiB");
        }
    }

    @Test
    void anInterimAnswerIsPassedOver() throws Exception {
        try (var server = ScriptedServer.doing(
                connection -> write(connection, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"))) {
            assertPassed(head(server.address()));
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
            assertThat(probe.of(server.address(), http(Probe.Http.Method.GET))).isInstanceOf(ProbeOutcome.Success.class);

            await().untilAsserted(() -> assertThat(sent).isCompleted());
            assertThat(sent.join()).isLessThan(100_000_000);
        }
    }

    @Test
    void theAnswerMayArriveByteByByteWithBareLineFeeds() throws Exception {
        try (var server = ScriptedServer.doing(connection -> {
            for (char c : "HTTP/1.0 204\nA: b\n\n".toCharArray()) {
                write(connection, String.valueOf(c));
            }
        })) {
            assertPassed(head(server.address()));
        }
    }

    @Test
    void aServerThatClosesWithinItsHeadFails() throws Exception {
        try (var server = ScriptedServer.doing(connection -> {
            write(connection, "HTTP/1.1 200 OK\r\nA: b\r\n");
            connection.shutdownOutput();
        })) {
            assertFailed(head(server.address()), Cause.BAD_ANSWER, "closed within the answer's head");
        }
    }

    @Test
    void aRequestMayBearTheOlderVersion() throws Exception {
        try (var backend = RecordingBackend.http("a")) {
            assertPassed(probe.of(backend.address(), new Probe.Http(Probe.Http.Method.GET, "/", Optional.empty(),
                    StatusSet.of(List.of("200")), Optional.empty(), Probe.Http.Version.HTTP_1_0, false, Optional.empty())));

            assertThat(backend.requests().getFirst().line()).isEqualTo("GET / HTTP/1.0");
        }
    }

    @Test
    void aBodyThatContainsTheTextPassesAndAnyOtherFails() throws Exception {
        try (var backend = RecordingBackend.http("a").answer(_ -> HttpAnswer.ok("status: green"))) {
            assertPassed(probe.of(backend.address(), body(new BodyMatch.Test.Contains("green"), false)));
            assertFailed(probe.of(backend.address(), body(new BodyMatch.Test.Contains("red"), false)), Cause.WRONG_BODY,
                    "body does not contain 'red'");
            assertPassed(probe.of(backend.address(), body(new BodyMatch.Test.Contains("red"), true)));
            assertFailed(probe.of(backend.address(), body(new BodyMatch.Test.Contains("green"), true)), Cause.WRONG_BODY,
                    "body does contain 'green'");
        }
    }

    @Test
    void aBodyIsMatchedByPatternOrDigest() throws Exception {
        String digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"; // of "hello"
        try (var backend = RecordingBackend.http("a").answer(_ -> HttpAnswer.ok("hello"))) {
            assertPassed(probe.of(backend.address(), body(new BodyMatch.Test.Matches("^h.l+o$"), false)));
            assertFailed(probe.of(backend.address(), body(new BodyMatch.Test.Matches("^x"), false)), Cause.WRONG_BODY,
                    "body does not match '^x'");
            assertPassed(probe.of(backend.address(), body(new BodyMatch.Test.Sha256(digest), false)));

            backend.answer(_ -> HttpAnswer.ok("hello!"));
            assertFailed(probe.of(backend.address(), body(new BodyMatch.Test.Sha256(digest), false)), Cause.WRONG_BODY,
                    "body does not have SHA-256 '" + digest + "'");
        }
    }

    @Test
    void aPatternThatNeverEndsFailsInsteadOfHoldingUpTheLoop() throws Exception {
        try (var backend = RecordingBackend.http("a").answer(_ -> HttpAnswer.ok("a".repeat(4_000)))) {
            assertFailed(probe.of(backend.address(), body(new BodyMatch.Test.Matches("(a|aa)+b"), false)), Cause.WRONG_BODY,
                    "the pattern tries too many ways to match the body");
        }
    }

    @Test
    void onlyTheFirst8KiBOfABodyAreLookedAt() throws Exception {
        try (var backend = RecordingBackend.http("a").answer(_ -> HttpAnswer.ok("x".repeat(BodyMatch.MAX_BYTES) + "green"))) {
            assertFailed(probe.of(backend.address(), body(new BodyMatch.Test.Contains("green"), false)), Cause.WRONG_BODY,
                    "body does not contain 'green'");
        }
    }

    @Test
    void aChunkedBodyIsLookedAtWithoutItsFraming() throws Exception {
        try (var server = ScriptedServer.doing(connection -> write(connection,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ngre\r\n2\r\nen\r\n0\r\n\r\n"))) {
            assertPassed(probe.of(server.address(), body(new BodyMatch.Test.Matches("^green$"), false)));
        }
    }

    @Test
    void aBodyThatIsCutOffFails() throws Exception {
        try (var server = ScriptedServer.doing(connection -> {
            write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ngreen");
            connection.shutdownOutput();
        })) {
            assertFailed(probe.of(server.address(), body(new BodyMatch.Test.Contains("green"), false)), Cause.BAD_ANSWER,
                    "closed within the answer's body");
        }
    }

    @Test
    void oneConnectionCarriesTheProbesOfAMember() throws Exception {
        try (var backend = RecordingBackend.http("a")) {
            for (int i = 0; i < 5; i++) {
                assertPassed(probe.of(backend.address(), keeping(Probe.Http.Method.GET)));
            }

            assertThat(backend.requests()).hasSize(5);
            assertThat(backend.accepted()).isEqualTo(1);
        }
    }

    @Test
    void aKeptConnectionThatThePeerClosesIsReplacedWithoutAFailure() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (var server = ClosingServer.afterOneAnswer()) {
                assertPassed(probe.of(server.address(), keeping(Probe.Http.Method.HEAD)));
                assertPassed(probe.of(server.address(), keeping(Probe.Http.Method.HEAD)));
            }
        }
    }

    @Test
    void aConnectionWhoseServerWillCloseItIsNotKept() throws Exception {
        try (var backend = RecordingBackend.http("a").answer(_ -> new HttpAnswer(200, List.of("Connection: close"), "well"))) {
            assertPassed(probe.of(backend.address(), keeping(Probe.Http.Method.GET)));
            assertPassed(probe.of(backend.address(), keeping(Probe.Http.Method.GET)));

            assertThat(backend.accepted()).isEqualTo(2);
        }
    }

    @Test
    void aKeptConnectionOfAMemberThatIsNotProbedAnyMoreIsClosed() throws Exception {
        try (var backend = RecordingBackend.http("a")) {
            assertPassed(probe.of(backend.address(), keeping(Probe.Http.Method.HEAD)));

            await().untilAsserted(() -> assertThat(backend.open()).isZero());
        }
    }
}
