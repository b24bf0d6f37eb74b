package io.weir.daemon;

import io.weir.core.model.Listener;
import io.weir.daemon.control.DataPlane;
import io.weir.daemon.control.Door;
import io.weir.l4.listener.TcpListeners;
import io.weir.l7.listener.HttpPlane;
import io.weir.net.PortReservation;
import java.net.BindException;
import java.net.InetSocketAddress;

/** Gives each listener to the plane of its protocol. Blocks: neither for {@code control} nor for event loops. */
record TrafficPlane(TcpListeners tcp, HttpPlane http) implements DataPlane {
    @Override
    public Door open(Listener listener) throws BindException {
        return switch (listener) {
            case Listener.Tcp relayed -> new TcpDoor(relayed.name(), tcp.open(relayed), tcp.sessions());
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
    public Reservation reserve(InetSocketAddress address) throws BindException {
        return PortReservation.of(address)::close;
    }
}
