package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.ManagedProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The completion scripts. */
class CompletionIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void theScriptIsValidShell(String shell) throws Exception {
        Path script = Files.writeString(folder.resolve("weir"), Ran.weir(Map.of(), false, "completion", shell).out());

        try (var bash = ManagedProcess.start("bash", "-n", script.toString())) {
            assertThat(bash.awaitExit(Duration.ofSeconds(30))).isZero();
            assertThat(bash.output()).isEmpty();
        }
    }

    @Test
    void bashCompletesVerbs() throws Exception {
        Path script = Files.writeString(folder.resolve("weir"), Ran.weir(Map.of(), false, "completion", "bash").out());
        String ask = "source " + script
                + "; COMP_WORDS=(weir backend dr); COMP_CWORD=2; _complete_weir 2>/dev/null; echo \"${COMPREPLY[@]}\"";

        try (var bash = ManagedProcess.start("bash", "-c", ask)) {
            assertThat(bash.awaitExit(Duration.ofSeconds(30))).isZero();
            assertThat(bash.output()).containsExactly("drain");
        }
    }

    @Test
    void fishKnowsNounsVerbsAndOptions() {
        String script = Ran.weir(Map.of(), false, "completion", "fish").out();

        assertThat(script.lines()).allMatch(line -> line.startsWith("complete -c weir "));
        assertThat(script).contains("-a 'backend'")
            .contains("'__fish_seen_subcommand_from backend; and not __fish_seen_subcommand_from ")
            .contains("-a 'drain'")
            .contains("-n '__fish_seen_subcommand_from apply' -l file -r -F");
    }

    @Test
    void hiddenCommandsAreNotOffered() {
        assertThat(Ran.weir(Map.of(), false, "completion", "fish").out()).doesNotContain("demo-backend");
    }
}
