package io.weir.cli;

import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The verb {@code serve}. Confined to the main thread. */
@Command(name = "serve", description = "Be the daemon, in the foreground, until SIGTERM; then drain.")
final class ServeCommand implements Callable<Integer> {
    private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);

    @Option(names = "--node", paramLabel = "FILE", description = "Who this node is. Default: /etc/weir/node.yaml if there is one.")
    @Nullable
    Path node;

    @Option(names = "--config", paramLabel = "FILE", description = "The traffic configuration to begin with; a stored revision wins.")
    @Nullable
    Path config;

    @Option(names = "--import", description = "Make --config a new revision even if one is stored.")
    boolean importConfig;

    @Option(names = "--take-over", description = "Take the place of the daemon that runs on this node's state folder, without a client noticing; it drains and ends.")
    boolean takeOver;

    @Option(names = "--drain", paramLabel = "TIME", converter = Durations.class, defaultValue = "30s", description = "How long connections may go on when it is told to end or was taken over, before they are cut. Default: 30s.")
    Duration drain = DEFAULT_DRAIN;

    @Override
    public Integer call() {
        if (importConfig && takeOver) {
            throw CommandFailure.of(ExitCode.INVALID, "--import and --take-over exclude each other",
                    "take over first, then apply the file: weir apply -f FILE");
        }
        if (importConfig && config == null) {
            throw CommandFailure.of(ExitCode.INVALID, "--import is given without --config", "say with --config which file to import");
        }
        InputFile.check(node);
        InputFile.check(config);
        return Serving.serve(node, config, importConfig, drain, takeOver);
    }
}
