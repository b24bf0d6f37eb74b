package io.weir.net;

import java.util.Optional;

/**
 * The transport that this process runs and, in one line for the log, why. Immutable.
 *
 * @param transport what was taken
 * @param reason why, and why what comes before it was not
 */
public record TransportChoice(Transport transport, String reason) {

    /**
     * Takes what runs all protocols fastest on this host: epoll, on which accepted connections are handles of our own whatever they
     * carry; on io_uring those of HTTP are ordinary channels, and on nio all.
     */
    public static TransportChoice auto() {
        Optional<String> noEpoll = Transport.EPOLL.unavailable();
        if (noEpoll.isEmpty()) {
            return new TransportChoice(Transport.EPOLL, "TCP is relayed below channels on it, the fastest path here");
        }
        String withoutEpoll = "epoll is not available (" + noEpoll.get() + ")";
        Optional<String> noIoUring = Transport.IO_URING.unavailable();
        if (noIoUring.isEmpty()) {
            return new TransportChoice(Transport.IO_URING, withoutEpoll);
        }
        return new TransportChoice(
                Transport.NIO, withoutEpoll + ", io_uring is not available (" + noIoUring.get() + ")");
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
