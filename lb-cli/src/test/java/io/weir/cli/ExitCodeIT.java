package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exit codes, and that the first line on standard error says what is wrong and the next what to do. */
class ExitCodeIT {
    private FakeDaemon daemon;

    @TempDir
    Path folder;

    @BeforeEach
    void startDaemon() {
        daemon = FakeDaemon.start();
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    @ParameterizedTest
    @CsvSource({"400,2", "401,6", "403,6", "404,5", "405,2", "409,4", "412,4", "413,2", "415,2", "422,2", "500,1", "503,1"})
    void statusOfARefusalBecomesItsExitCode(int status, int exit) {
        daemon.answer("GET /v1/pools/shop", status, "{\"detail\":\"pool shop: something; do this\"}");

        Ran ran = Ran.weir(daemon.socket(), "pool", "show", "shop");

        assertThat(ran.exit()).isEqualTo(exit);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.errLines()).containsExactly("pool shop: something", "do this");
    }

    @Test
    void everyErrorOfAnInvalidConfigurationHasALineOfItsOwn() throws Exception {
        Path file = Files.writeString(folder.resolve("weir.yaml"), "version: 1\n");
        daemon.answer("PUT /v1/config", 422,
                "{\"detail\":\"2 errors; nothing was changed\",\"errors\":[{\"message\":\"weir.yaml:1:1: a: 1, want 2\"},{\"message\":\"weir.yaml:2:1: b: 1, want 2\"}]}");

        Ran ran = Ran.weir(daemon.socket(), "apply", "-f", file.toString());

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.errLines()).containsExactly("2 errors", "weir.yaml:1:1: a: 1, want 2", "weir.yaml:2:1: b: 1, want 2",
                "nothing was changed");
    }

    @Test
    void aDaemonThatIsNotThereIsExitThree() {
        Path nowhere = folder.resolve("none.sock");

        Ran ran = Ran.weir(nowhere, "status");

        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.errLines()).containsExactly("no daemon reachable at " + nowhere + ": no such socket",
                "start one with: weir serve; or name its socket with --socket PATH or $WEIR_SOCKET");
    }

    @Test
    void aDaemonThatHangsUpIsExitThree() {
        Path socket = daemon.socket();
        daemon.answerRaw("GET /v1/status", "");

        Ran ran = Ran.weir(socket, "status");

        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.errLines().getFirst()).isEqualTo("lost the daemon at " + socket + ": the connection was closed before an answer");
    }

    @Test
    void aSocketPathThatIsTooLongIsWrongUsage() {
        Path deep = Path.of("/" + "d".repeat(200));

        Ran ran = Ran.weir(deep, "status");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.errLines().getFirst()).isEqualTo(deep + " is too long for a socket, want up to 107 bytes");
    }

    @Test
    void aMisspeltVerbIsWrongUsageWithASuggestion() {
        Ran ran = Ran.weir(daemon.socket(), "backend", "lst");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.errLines()).containsExactly("weir backend: unknown: lst",
                "did you mean list? see: weir backend --help");
    }

    @Test
    void aMisspeltNounIsWrongUsageWithASuggestion() {
        Ran ran = Ran.weir(daemon.socket(), "backnd", "list");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).startsWith("weir: unknown: backnd list\ndid you mean backend");
    }

    @Test
    void aNounWithoutAVerbSaysWhichVerbsThereAre() {
        Ran ran = Ran.weir(daemon.socket(), "route");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.errLines()).containsExactly("weir route: no verb given, want one of add, list, remove, test",
                "see: weir route --help");
    }

    @Test
    void nothingAtAllSaysWhichNounsThereAre() {
        Ran ran = Ran.weir(daemon.socket());

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.errLines())
            .containsExactly("weir: no noun given, want one of demo, serve, apply, config, listener, pool, backend, check, zone, route, "
                    + "explain, acl, affinity, session, cert, status, events, version, completion", "see: weir --help");
    }

    @Test
    void serveRefusesFilesThatAreNotThere() {
        assertThat(Ran.weir(daemon.socket(), "serve", "--node", "/no/node.yaml"))
            .isEqualTo(new Ran(2, "", "no such file: /no/node.yaml\ncheck the path\n"));
        assertThat(Ran.weir(daemon.socket(), "serve", "--import").exit()).isEqualTo(2);
    }

    @Test
    void anOptionThatIsMissingItsValueIsWrongUsage() {
        assertThat(Ran.weir(daemon.socket(), "backend", "add", "shop", "i-03", "--address").exit()).isEqualTo(2);
        assertThat(Ran.weir(daemon.socket(), "apply").exit()).isEqualTo(2);
        assertThat(Ran.weir(daemon.socket(), "status", "-o", "xml").exit()).isEqualTo(2);
    }

    @Test
    void aFileThatDoesNotExistIsInvalidInput() {
        Ran ran = Ran.weir(daemon.socket(), "apply", "-f", "/no/such/weir.yaml");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.errLines()).containsExactly("no such file: /no/such/weir.yaml", "check the path");
        assertThat(daemon.asked()).isEmpty();
    }

    @Test
    void anAnswerThatIsNoHttpIsSaidPlainly() {
        daemon.answerRaw("GET /v1/status", "SSH-2.0-OpenSSH\r\n\r\n");

        Ran ran = Ran.weir(daemon.socket(), "status");

        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.errLines().getFirst()).contains("starts with 'SSH-2.0-OpenSSH', want HTTP/1.1 and a status");
    }

    @Test
    void anAnswerCutOffInTheMiddleIsNotTakenForAWholeOne() {
        daemon.answerRaw("PUT /v1/config", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"revision\":");

        Ran ran = Ran.weir(daemon.socket(), "apply", "-f", "/dev/null");

        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.errLines()).containsExactly(
                "lost the daemon at " + daemon.socket() + ": the daemon closed the connection in the middle of an answer",
                "the change may have been made or not, see: weir config history");
    }

    @Test
    void helpIsNoError() {
        Ran ran = Ran.weir(Map.of(), false, "backend", "add", "--help");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).contains("Usage: weir backend add").contains("--wait=DURATION");
        assertThat(ran.err()).isEmpty();
    }
}
