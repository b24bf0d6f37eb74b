package io.weir.health.probe;

import static io.weir.health.probe.OneProbe.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.Probe;
import io.weir.net.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that pass, fail, hang, talk too much and start children. */
class ScriptProbeIT {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);

    @TempDir
    private Path folder = Path.of("");

    private final OneProbe probe = new OneProbe(Transport.NIO);

    @AfterEach
    void stop() {
        probe.close();
    }

    private ProbeOutcome run(String script) throws Exception {
        Path file = folder.resolve("check");
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return run(Duration.ofSeconds(5), file.toString(), "an argument");
    }

    private ProbeOutcome run(Duration timeout, String... command) throws Exception {
        return probe.of(ADDRESS, OneProbe.check(new Probe.Script(List.of(command))).every(HealthCheck.MIN_INTERVAL, timeout));
    }

    private static OptionalInt weight(ProbeOutcome outcome) {
        return ((ProbeOutcome.Success) outcome).weight();
    }

    @Test
    void exit0IsASuccessThatSaysNothingAboutWeight() throws Exception {
        assertThat(weight(run("exit 0"))).isEmpty();
    }

    @Test
    void exit1IsAFailureWithTheFirstLineOfItsOutput() throws Exception {
        assertFailed(run("echo the disk is full >&2; echo more; exit 1"), Cause.SCRIPT_FAILED, "script exited with 1: the disk is full");
    }

    @Test
    void higherCodesAreSuccessesWithAWeightUpToTheHighestWeight() throws Exception {
        assertThat(weight(run("exit 2"))).hasValue(0);
        assertThat(weight(run("exit 52"))).hasValue(50);
        assertThat(weight(run("exit 102"))).hasValue(100);
        assertFailed(run("exit 103"), Cause.SCRIPT_FAILED, "script exited with 103");
    }

    @Test
    void aProgramThatASignalEndsFails() throws Exception {
        assertFailed(run("kill -SEGV $$"), Cause.SCRIPT_FAILED, "script exited with 139");
    }

    @Test
    void aProgramKnowsWhomItLooksAtAndNothingElse() throws Exception {
        assertFailed(run("/usr/bin/env | /usr/bin/sort | /usr/bin/grep -v -e ^_= -e ^PWD= | /usr/bin/tr '\\n' ' '; echo; exit 1"),
                Cause.SCRIPT_FAILED,
                "script exited with 1: PATH=/usr/bin:/bin WEIR_ADDRESS=127.0.0.1 WEIR_BACKEND=a WEIR_POOL=shop WEIR_PORT=8080");
    }

    @Test
    void argumentsArriveWithoutAShellBetween() throws Exception {
        assertFailed(run(Duration.ofSeconds(5), "/bin/sh", "-c", "echo \"$1\"; exit 1", "name", "$HOME; `id` *"), Cause.SCRIPT_FAILED,
                "script exited with 1: $HOME; `id` *");
    }

    @Test
    void aProgramThatHangsIsKilledWithItsChildrenWhenItsTimeIsOver() throws Exception {
        Path child = folder.resolve("child");
        ProbeOutcome outcome = run(Duration.ofMillis(500), "/bin/sh", "-c", "sleep 300 & echo $! > " + child + "; wait");

        assertFailed(outcome, Cause.NO_ANSWER, "script ran over 500ms");
        long pid = Long.parseLong(Files.readString(child).strip());
        await().untilAsserted(() -> assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty());
    }

    @Test
    void aProgramThatTalksTooMuchIsKilled() throws Exception {
        assertFailed(run("while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done"), Cause.SCRIPT_FAILED,
                "script wrote over 64KiB");
    }

    @Test
    void aProgramThatCannotBeStartedIsOurOwnFault() throws Exception {
        Path missing = folder.resolve("missing");
        Path text = Files.writeString(folder.resolve("text"), "not a program");

        OneProbe.assertNotTried(run(Duration.ofSeconds(5), missing.toString()), "no such program: " + missing);
        OneProbe.assertNotTried(run(Duration.ofSeconds(5), text.toString()), text + " may not be run");
    }
}
