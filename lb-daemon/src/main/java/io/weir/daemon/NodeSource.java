package io.weir.daemon;

import io.weir.core.config.NodeFile;
import io.weir.core.config.NodeResult;
import io.weir.core.config.Problem;
import io.weir.core.model.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads who this node is. On the thread that starts the daemon. */
final class NodeSource {
    static final Path DEFAULT_FILE = Path.of("/etc/weir/node.yaml");

    private NodeSource() {
    }

    /** The node of {@code file}; of the default file where none is named, and of nothing but defaults where there is none. */
    static Node load(Optional<Path> file) throws StartRefused {
        Path path = file.orElse(DEFAULT_FILE);
        boolean absent = file.isEmpty() && !Files.exists(path);
        return switch (NodeFile.parse(path.toString(), absent ? "" : read(path), hostName())) {
            case NodeResult.Accepted(var node) -> node;
            case NodeResult.Refused(var problems) -> throw new StartRefused(problems.stream().map(Problem::message).toList());
        };
    }

    private static String read(Path file) throws StartRefused {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new StartRefused(file + " cannot be read: " + e, e);
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().split("\\.", -1)[0];
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}
