package io.weir.daemon;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code weir serve} is told. Immutable.
 *
 * @param nodeFile who this node is; empty: {@code /etc/weir/node.yaml} if that exists, else the defaults
 * @param config traffic configuration to begin with; the stored revision wins
 * @param importConfig makes {@code config} a new revision even if the store holds one
 * @param drainGrace how long connections may go on after SIGTERM, or when another process has taken over
 * @param takeOver takes the place of the daemon that runs on the same state folder
 */
public record DaemonOptions(Optional<Path> nodeFile, Optional<Path> config, boolean importConfig, Duration drainGrace, boolean takeOver) {
    public static final Duration DEFAULT_DRAIN_GRACE = Duration.ofSeconds(30);

    public DaemonOptions {
        if (importConfig && config.isEmpty()) {
            throw new IllegalArgumentException("--import needs --config: it says which file to import");
        }
        if (importConfig && takeOver) {
            throw new IllegalArgumentException("--import and --take-over exclude each other: what is taken over is what is in force");
        }
    }

    /** To start where no other daemon runs. */
    public DaemonOptions(Optional<Path> nodeFile, Optional<Path> config, boolean importConfig, Duration drainGrace) {
        this(nodeFile, config, importConfig, drainGrace, false);
    }

    /** The same, to take the place of the daemon that runs. */
    public DaemonOptions takingOver() {
        return new DaemonOptions(nodeFile, config, importConfig, drainGrace, true);
    }
}
