package io.weir.cli;

import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import io.weir.daemon.DaemonOptions;
import io.weir.daemon.StartRefused;
import io.weir.daemon.WeirDaemon;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs the daemon. Apart from {@link ServeCommand}, so that describing the command does not load the daemon. Confined to the main thread. */
final class Serving {
    private Serving() {}

    /** Returns the exit code once the daemon has drained. */
    static int serve(@Nullable Path node, @Nullable Path config, boolean importConfig, Duration drain, boolean takeOver) {
        var options = new DaemonOptions(Optional.ofNullable(node), Optional.ofNullable(config), importConfig,
                drain, takeOver);
        try {
            return WeirDaemon.run(options);
        } catch (StartRefused e) {
            throw refused(e);
        }
    }

    /** Without a cause it is the input that is wrong, with one it is the host. */
    private static CommandFailure refused(StartRefused refusal) {
        boolean input = refusal.getCause() == null;
        var lines = new ArrayList<>(refusal.lines());
        lines.add(input ? "correct that and start again" : "nothing was started");
        return CommandFailure.of(input ? ExitCode.INVALID : ExitCode.FAILED, lines);
    }
}
