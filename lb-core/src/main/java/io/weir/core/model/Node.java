package io.weir.core.model;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Who this host is: the node file.
 *
 * @param workers event loops that carry traffic; empty: one a core
 * @param sessionLog where layer 4 sessions are logged; empty: nowhere
 * @param memory how much it may come to use; empty: as much as there is
 * @param adminHttp where status page, metrics and liveness are served without a token; empty: nowhere
 */
public record Node(String name, Optional<String> zone, Optional<String> region, TransportChoice transport, OptionalInt workers,
        Path adminSocket, Optional<InetSocketAddress> adminHttp, Path state, Optional<SessionLogging> sessionLog,
        Optional<MemoryCeiling> memory) {
    public static final int MAX_WORKERS = 256;

    public Node {
        Names.check("node", name);
        if (workers.isPresent() && (workers.getAsInt() < 1 || workers.getAsInt() > MAX_WORKERS)) {
            throw new IllegalArgumentException("workers is " + workers.getAsInt() + ", want 1.." + MAX_WORKERS + " or auto");
        }
    }

    /** What carries sockets; {@code AUTO} is the fastest that the host supports. */
    public enum TransportChoice {
        AUTO, IO_URING, EPOLL, NIO
    }
}
