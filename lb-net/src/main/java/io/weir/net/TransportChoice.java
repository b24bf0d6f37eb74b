package io.weir.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The transport that this process runs and, in one line for the log, why. Immutable.
 *
 * @param transport what was taken
 * @param reason why, and why what comes before it was not
 */
public record TransportChoice(Transport transport, String reason) {

    /**
     * epoll and io_uring carry all protocols by the same means, and no difference between them could be told by the rig from its own noise
     * (benchmarks/README.md, Transports). epoll comes first because it asks less of the host: containers and hardened kernels often
     * refuse io_uring.
     */
    private static final List<Transport> BY_PREFERENCE = List.of(Transport.EPOLL, Transport.IO_URING, Transport.NIO);

    /** Takes the first that this host can run. */
    public static TransportChoice auto() {
        List<String> refused = new ArrayList<>();
        for (Transport transport : BY_PREFERENCE) {
            Optional<String> cause = transport.unavailable();
            if (cause.isEmpty()) {
                return new TransportChoice(transport, refused.isEmpty() ? "the first choice on Linux" : String.join(", ", refused));
            }
            refused.add(transport.text() + " is not available (" + cause.get() + ")");
        }
        throw new IllegalStateException("nio runs everywhere");
    }

    /**
     * Takes what the configuration demands.
     *
     * @throws IllegalArgumentException if this host cannot run it; the message says why
     */
    public static TransportChoice demanded(Transport transport) {
        transport.unavailable().ifPresent(cause -> {
            throw new IllegalArgumentException(
                    "transport: " + transport.text() + " is not available here (" + cause + "), want auto or nio");
        });
        return new TransportChoice(transport, "the configuration demands it");
    }

    /** {@code epoll: TCP is relayed ...}: the line that the daemon says at start. */
    @Override
    public String toString() {
        return transport.text() + ": " + reason;
    }
}
