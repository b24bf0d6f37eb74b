package io.weir.net;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/**
 * Holds an address while the acceptors of all loops bind to it. With SO_REUSEPORT alone a second process of the same
 * user would bind the same address unnoticed, and port 0 would give each acceptor a port of its own. This socket binds
 * without it, and so only if nobody listens there; it never listens, and so (SO_REUSEADDR on both sides) it does not
 * stand in the acceptors' way. Callable from any thread; close it when the acceptors listen.
 */
public final class PortReservation implements AutoCloseable {
    private final SocketChannel socket;

    private final InetSocketAddress address;

    private PortReservation(SocketChannel socket, InetSocketAddress address) {
        this.socket = socket;
        this.address = address;
    }

    /**
     * Reserves an address; port 0 takes a free one.
     *
     * @throws BindException with the address and the cause
     */
    public static PortReservation of(InetSocketAddress wanted) throws BindException {
        if (wanted.isUnresolved()) {
            throw new BindException(text(wanted) + ": the host is unknown, want an address of this host");
        }
        try {
            SocketChannel socket = SocketChannel.open(
                    wanted.getAddress() instanceof Inet4Address
                            ? StandardProtocolFamily.INET
                            : StandardProtocolFamily.INET6);
            try {
                socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                socket.bind(wanted);
                int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
                return new PortReservation(socket, new InetSocketAddress(wanted.getAddress(), port));
            } catch (IOException | RuntimeException failure) {
                socket.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw failed(wanted, failure);
        }
    }

    /** The failure to listen on an address, in one line. */
    static BindException failed(InetSocketAddress address, Throwable cause) {
        var failure = new BindException(text(address) + ": cannot listen: " + cause.getMessage());
        failure.initCause(cause);
        return failure;
    }

    /** An address as people write it: {@code 10.0.0.1:53}, {@code [::1]:53}. */
    public static String text(InetSocketAddress address) {
        String host = address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** The address with the port that was bound. */
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // The descriptor is released all the same.
        }
    }
}
