package io.weir.daemon.control;

import io.weir.core.model.Configuration;
import io.weir.core.model.Listener;
import io.weir.daemon.control.DataPlane.Reservation;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The ports that a configuration asks for and the one in force does not, held until they are opened. Not for {@code control} or event
 * loops: taking them blocks.
 */
record Ports(List<Reservation> held, List<Outcome.Unbindable.Refusal> refusals) implements AutoCloseable {

    private record Port(int number, boolean datagrams) {
        static Stream<Port> of(Listener listener) {
            return listener.entrance().binds().stream().map(bind -> new Port(bind.getPort(), listener.datagrams()));
        }
    }

    /** Takes what it can and notes what it cannot. A listener that already failed is tried again by {@link Doors}, and refused by nobody. */
    static Ports take(DataPlane plane, Configuration now, Configuration next) {
        Set<Port> ours = now.listeners()
            .values()
            .stream()
            .filter(Listener::enabled)
            .flatMap(Port::of)
            .collect(Collectors.toSet());
        Ports ports = new Ports(new ArrayList<>(), new ArrayList<>());
        for (Listener listener : next.listeners().values()) {
            if (listener.enabled()) {
                ports.take(plane, listener, ours);
            }
        }
        return ports;
    }

    private void take(DataPlane plane, Listener listener, Set<Port> ours) {
        try {
            plane.check(listener);
            for (InetSocketAddress bind : listener.entrance().binds()) {
                if (bind.getPort() != 0 && !ours.contains(new Port(bind.getPort(), listener.datagrams()))) {
                    held.add(plane.reserve(listener, bind));
                }
            }
        } catch (BindException e) {
            refusals.add(new Outcome.Unbindable.Refusal(listener.name(), listener.bind(), cause(e)));
        }
    }

    /** What the kernel said; the address is told beside it. */
    private static String cause(BindException failure) {
        Throwable kernel = failure.getCause() == null ? failure : failure.getCause();
        return String.valueOf(kernel.getMessage());
    }

    @Override
    public void close() {
        held.forEach(Reservation::close);
    }
}
