package io.weir.core.model;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What every listener has, whatever its protocol: where clients come in, and who may.
 *
 * @param enabled false: configured, but the port is closed
 * @param bind an IP literal and a port 1..65535, or 0 for one that the kernel chooses
 * @param proxyProtocolFrom sources that must send a PROXY header; others are plain; empty: nobody does
 * @param accessLists names of those that a client must pass: on none that denies and, where some allow, on one of these; empty: everybody passes
 * @param ports how many it has from the one of {@code bind} on (NLB-01)
 * @param intercept takes connections for other addresses and ports, too, that a tproxy rule of the host's hands to it (NLB-02)
 */
public record Entrance(String name, boolean enabled, InetSocketAddress bind, ListenerLimits limits, List<Cidr> proxyProtocolFrom,
        List<String> accessLists, int ports, boolean intercept) {
    /** Each port is a socket for every event loop. */
    public static final int MAX_PORTS = 1024;

    public Entrance {
        Names.check("listener", name);
        proxyProtocolFrom = List.copyOf(proxyProtocolFrom);
        accessLists = List.copyOf(accessLists);
        if (ports < 1 || ports > MAX_PORTS || bind.getPort() + ports - 1 > 65_535 || (ports > 1 && bind.getPort() == 0)) {
            throw new IllegalArgumentException(ports + " ports from " + bind.getPort() + " on, want 1.." + MAX_PORTS + " below 65536");
        }
    }

    /** Every address that it listens at; the first is {@code bind}. */
    public List<InetSocketAddress> binds() {
        return IntStream.range(0, ports).mapToObj(i -> new InetSocketAddress(bind.getAddress(), bind.getPort() + i)).toList();
    }

    /** Whether another one has the same sockets. */
    public boolean sameSockets(Entrance other) {
        return bind.equals(other.bind) && ports == other.ports && intercept == other.intercept;
    }

    /** Whether a connection from there must begin with a PROXY header. */
    public boolean mustSendProxyHeader(InetAddress source) {
        for (Cidr trusted : proxyProtocolFrom) {
            if (trusted.contains(source)) {
                return true;
            }
        }
        return false;
    }

    /** An open one without limits. */
    public static Entrance of(String name, InetSocketAddress bind) {
        return new Entrance(name, true, bind, ListenerLimits.NONE, List.of(), List.of(), 1, false);
    }

    public Entrance withEnabled(boolean wanted) {
        return new Entrance(name, wanted, bind, limits, proxyProtocolFrom, accessLists, ports, intercept);
    }

    public Entrance withLimits(ListenerLimits wanted) {
        return new Entrance(name, enabled, bind, wanted, proxyProtocolFrom, accessLists, ports, intercept);
    }

    public Entrance withProxyProtocolFrom(List<Cidr> wanted) {
        return new Entrance(name, enabled, bind, limits, wanted, accessLists, ports, intercept);
    }

    public Entrance withPorts(int wanted) {
        return new Entrance(name, enabled, bind, limits, proxyProtocolFrom, accessLists, wanted, intercept);
    }

    public Entrance withIntercept(boolean wanted) {
        return new Entrance(name, enabled, bind, limits, proxyProtocolFrom, accessLists, ports, wanted);
    }

    public Entrance withAccessLists(List<String> wanted) {
        return new Entrance(name, enabled, bind, limits, proxyProtocolFrom, wanted, ports, intercept);
    }
}
