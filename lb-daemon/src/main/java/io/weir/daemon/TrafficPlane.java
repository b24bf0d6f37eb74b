package io.weir.daemon;

import io.weir.core.model.Listener;
import io.weir.daemon.control.DataPlane;
import io.weir.daemon.control.Door;
import io.weir.l4.listener.TcpListeners;
import io.weir.l4.listener.UdpListeners;
import io.weir.l7.listener.HttpPlane;
import io.weir.net.PortReservation;
import io.weir.net.udp.UdpPortReservation;
import java.net.BindException;
import java.net.InetSocketAddress;

/** Gives each listener to the plane of its protocol. Blocks: neither for {@code control} nor for event loops. */
record TrafficPlane(TcpListeners tcp, UdpListeners udp, HttpPlane http) implements DataPlane {
    @Override
    public Door open(Listener listener) throws BindException {
        return switch (listener) {
            case Listener.Relayed relayed -> new TcpDoor(relayed.name(), tcp.open(relayed), tcp.sessions());
            case Listener.Udp flows -> new UdpDoor(udp.open(flows));
            case Listener.Http web -> new HttpDoor(http.open(web));
        };
    }

    @Override
    public void check(Listener listener) throws BindException {
        if (listener instanceof Listener.Tcp relayed) {
            tcp.check(relayed);
        }
    }

    @Override
    public Reservation reserve(Listener listener, InetSocketAddress address) throws BindException {
        if (!listener.datagrams()) {
            return PortReservation.of(address)::close;
        }
        return udp.holds(address) ? () -> {} : UdpPortReservation.of(address)::close;
    }
}
