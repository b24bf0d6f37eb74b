package io.weir.cli;

import io.weir.cli.output.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The verb {@code completion}. Confined to the main thread. */
@Command(name = "completion", description = "A script that completes this command in your shell.", footer = {"",
    "bash: source <(weir completion bash)", "zsh:  source <(weir completion zsh)", "fish: weir completion fish | source"})
final class CompletionCommand implements Callable<Integer> {
    private final WeirCommand root;

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
    Shell shell = Shell.BASH;

    CompletionCommand(WeirCommand root) {
        this.root = root;
    }

    /** The shells that have a script. */
    enum Shell {
        BASH, ZSH, FISH
    }

    @Override
    public Integer call() {
        CommandLine whole = CommandTree.whole(root);
        root.output().text(switch (shell) {
            case BASH -> AutoComplete.bash("weir", whole);
            // picocli's script turns on zsh's own emulation of bash completion
            case ZSH -> "autoload -U +X compinit && compinit\n" + AutoComplete.bash("weir", whole);
            case FISH -> FishCompletion.script(whole);
        });
        return ExitCode.DONE.number();
    }
}
