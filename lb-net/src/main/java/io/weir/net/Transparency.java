package io.weir.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Whether this process may have sockets with addresses that are not its host's (ip(7), IP_TRANSPARENT). Any thread. */
public final class Transparency {
    private Transparency() {
    }

    /**
     * Tries it out for a listener.
     *
     * @throws BindException with the listener's address and the cause
     */
    public static void check(Transport transport, InetSocketAddress listener) throws BindException {
        if (transport == Transport.NIO) {
            throw refused(listener);
        }
        try (Arena arena = Arena.ofConfined()) {
            var calls = new SocketCalls(arena);
            int fd = calls.streamSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int result = fd < 0 ? fd : calls.transparent(fd, InetAddress.getLoopbackAddress() instanceof Inet4Address);
            if (fd >= 0) {
                calls.close(fd);
            }
            if (result < 0) {
                throw PortReservation.failed(listener, new IOException("transparently: " + SocketCalls.text(result)));
            }
        }
    }

    static BindException refused(InetSocketAddress listener) {
        return PortReservation.failed(listener, new IOException("transparently: transport nio cannot, want epoll or io_uring"));
    }
}
