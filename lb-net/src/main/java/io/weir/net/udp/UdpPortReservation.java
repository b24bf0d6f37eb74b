package io.weir.net.udp;

import io.weir.net.PortReservation;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;

/**
 * Holds an address for datagrams while the sockets of all loops bind to it. It binds alone, and so only if nobody else
 * has the port, and lets others in (SO_REUSEPORT) only then. Datagrams that come to it are lost. Callable from any thread;
 * close it when the loops have their sockets.
 */
public final class UdpPortReservation implements AutoCloseable {
    private final DatagramChannel socket;

    private final InetSocketAddress address;

    private UdpPortReservation(DatagramChannel socket, InetSocketAddress address) {
        this.socket = socket;
        this.address = address;
    }

    /**
     * Reserves an address; port 0 takes a free one.
     *
     * @throws BindException with the address and the cause
     */
    public static UdpPortReservation of(InetSocketAddress wanted) throws BindException {
        if (wanted.isUnresolved()) {
            throw new BindException(PortReservation.text(wanted) + ": the host is unknown, want an address of this host");
        }
        boolean inet4 = wanted.getAddress() instanceof Inet4Address;
        try {
            DatagramChannel socket = DatagramChannel.open(inet4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
            try {
                socket.bind(wanted);
                socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
                int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
                return new UdpPortReservation(socket, new InetSocketAddress(wanted.getAddress(), port));
            } catch (IOException | RuntimeException failure) {
                socket.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw failed(wanted, failure);
        }
    }

    /** The failure to take an address, in one line. */
    static BindException failed(InetSocketAddress address, Throwable cause) {
        var failure = new BindException(PortReservation.text(address) + "/udp: cannot listen: " + cause.getMessage());
        failure.initCause(cause);
        return failure;
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
