package io.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ManagedProcessIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void aLineCanBeAwaitedWhetherPastOrToCome() throws InterruptedException {
        try (var process = ManagedProcess.start("sh", "-c", "echo one; echo two >&2; sleep 60")) {
            assertThat(process.awaitLine(line -> line.startsWith("t"), LIMIT)).isEqualTo("two");
            assertThat(process.awaitLine("one"::equals, LIMIT)).isEqualTo("one");
        }
    }

    @Test
    void waitingForALineThatNeverComesShowsTheOutput() {
        try (var process = ManagedProcess.start("sh", "-c", "echo cannot bind")) {
            assertThatThrownBy(() -> process.awaitLine("ready"::equals, LIMIT)).isInstanceOf(AssertionError.class)
                .hasMessage("the output ended without such a line, the output:\ncannot bind");
        }
    }

    @Test
    void theExitCodeComesWithAllOfTheOutput() throws InterruptedException {
        try (var process = ManagedProcess.start("sh", "-c", "seq 1000; exit 3")) {
            assertThat(process.awaitExit(LIMIT)).isEqualTo(3);
            assertThat(process.output()).hasSize(1000).endsWith("1000");
        }
    }

    @Test
    void termEndsAndStopFreezesAChild() throws InterruptedException {
        try (var process = ManagedProcess.start("sh", "-c", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done")) {
            process.awaitLine("up"::equals, LIMIT);
            process.signal("STOP");
            process.signal("TERM");
            assertThat(process.isAlive()).isTrue();
            assertThat(process.output()).doesNotContain("bye");

            process.signal("CONT");
            assertThat(process.awaitExit(LIMIT)).isZero();
            assertThat(process.output()).endsWith("bye");
        }
    }

    @Test
    void closingKillsTheChildAndItsChildren() throws InterruptedException {
        long grandchild;
        var process = ManagedProcess.start("sh", "-c", "sleep 300 & echo $!; wait");
        try (process) {
            grandchild = Long.parseLong(process.awaitLine(line -> line.matches("\\d+"), LIMIT));
        }

        assertThat(process.isAlive()).isFalse();
        assertThat(ProcessHandle.of(grandchild).filter(ProcessHandle::isAlive).map(ProcessHandle::onExit)).satisfiesAnyOf(
                gone -> assertThat(gone).isEmpty(), dying -> assertThat(dying.orElseThrow()).succeedsWithin(LIMIT));
    }
}
