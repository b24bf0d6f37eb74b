package io.weir.daemon.control;

import io.weir.core.model.Configuration;
import io.weir.core.model.Listener;
import io.weir.daemon.control.DataPlane.Reservation;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The ports that a configuration asks for and the one in force does not, held until they are opened. Not for {@code control} or event
 * loops: taking them blocks.
 */
record Ports(List<Reservation> held, List<Outcome.Unbindable.Refusal> refusals) implements AutoCloseable {

    /** Takes what it can and notes what it cannot. A listener that already failed is tried again by {@link Doors}, and refused by nobody. */
    static Ports take(DataPlane plane, Configuration now, Configuration next) {
        Set<Integer> ours = now.listeners()
            .values()
            .stream()
            .filter(Listener::enabled)
            .map(l -> l.bind().getPort())
            .collect(Collectors.toSet());
        Ports ports = new Ports(new ArrayList<>(), new ArrayList<>());
        for (Listener listener : next.listeners().values()) {
            if (listener.enabled() && listener.bind().getPort() != 0 && !ours.contains(listener.bind().getPort())) {
                ports.take(plane, listener);
            }
        }
        return ports;
    }

    private void take(DataPlane plane, Listener listener) {
        try {
            held.add(plane.reserve(listener.bind()));
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
