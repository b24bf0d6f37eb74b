package io.weir.daemon.admin;

import io.weir.core.model.Listener;
import io.weir.daemon.control.Addresses;
import io.weir.daemon.control.Door;
import io.weir.daemon.control.DoorStatus;
import io.weir.net.Transport;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A listener as lists show it. */
record ListenerRow(String name, boolean enabled, String protocol, String bind, Optional<Integer> boundPort, Optional<String> pool,
        String state,
        String cause, long connections, long accepted, long refused, Map<String, Long> refusedByReason, long requests, long bytesIn,
        long bytesOut, Map<String, Long> framing, Optional<OffloadRow> offload) {

    static ListenerRow of(Listener listener, DoorStatus door, Transport transport) {
        Optional<String> pool = switch (listener) {
            case Listener.Tcp tcp -> Optional.of(tcp.pool());
            case Listener.Udp udp -> Optional.of(udp.pool());
            case Listener.Tls tls -> tls.pool();
            case Listener.Http http -> http.pool();
        };
        Door.Traffic traffic = door.traffic();
        Optional<OffloadRow> offload = listener instanceof Listener.Tcp tcp
                ? Optional.of(OffloadRow.of(tcp, transport, traffic.bytesSpliced()))
                : Optional.empty();
        return new ListenerRow(listener.name(), listener.enabled(), listener.protocol(), bind(listener),
                door.address().map(InetSocketAddress::getPort), pool,
                door.state().text(), door.cause(), traffic.connections(), traffic.accepted(), traffic.refused(),
                happened(traffic.refusedByReason()),
                traffic.requests(),
                traffic.bytesIn(), traffic.bytesOut(), happened(traffic.framing()), offload);
    }

    /** The reasons that there were. */
    private static Map<String, Long> happened(Map<String, Long> countByReason) {
        var happened = new TreeMap<>(countByReason);
        happened.values().removeIf(count -> count == 0);
        return happened;
    }

    private static String bind(Listener listener) {
        int ports = listener.entrance().ports();
        String first = Addresses.text(listener.bind());
        return ports == 1 ? first : first + "-" + (listener.bind().getPort() + ports - 1);
    }

    /** All listeners of the configuration in force, in the order of the file. */
    static List<ListenerRow> all(Managed managed) {
        Transport transport = managed.process().transport();
        var doors = managed.control().doors();
        return managed.control()
            .inForce()
            .configuration()
            .listeners()
            .values()
            .stream()
            .map(listener -> of(listener, doors.getOrDefault(listener.name(), DoorStatus.notOpened(listener.name())), transport))
            .toList();
    }
}
