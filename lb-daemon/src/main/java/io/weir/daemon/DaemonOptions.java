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
 * @param drainGrace how long connections may go on after SIGTERM
 */
public record DaemonOptions(Optional<Path> nodeFile, Optional<Path> config, boolean importConfig, Duration drainGrace) {
    public static final Duration DEFAULT_DRAIN_GRACE = Duration.ofSeconds(30);

    public DaemonOptions {
        if (importConfig && config.isEmpty()) {
            throw new IllegalArgumentException("--import needs --config: it says which file to import");
        }
    }
}
