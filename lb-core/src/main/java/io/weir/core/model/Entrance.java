package io.weir.core.model;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * What every listener has, whatever its protocol: where clients come in, and who may.
 *
 * @param enabled false: configured, but the port is closed
 * @param bind an IP literal and a port 1..65535, or 0 for one that the kernel chooses
 * @param proxyProtocolFrom sources that must send a PROXY header; others are plain; empty: nobody does
 * @param accessLists names of those that a client must pass: on none that denies and, where some allow, on one of these; empty: everybody passes
 */
public record Entrance(String name, boolean enabled, InetSocketAddress bind, ListenerLimits limits, List<Cidr> proxyProtocolFrom,
        List<String> accessLists) {
    public Entrance {
        Names.check("listener", name);
        proxyProtocolFrom = List.copyOf(proxyProtocolFrom);
        accessLists = List.copyOf(accessLists);
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
        return new Entrance(name, true, bind, ListenerLimits.NONE, List.of(), List.of());
    }

    public Entrance withEnabled(boolean wanted) {
        return new Entrance(name, wanted, bind, limits, proxyProtocolFrom, accessLists);
    }

    public Entrance withLimits(ListenerLimits wanted) {
        return new Entrance(name, enabled, bind, wanted, proxyProtocolFrom, accessLists);
    }

    public Entrance withProxyProtocolFrom(List<Cidr> wanted) {
        return new Entrance(name, enabled, bind, limits, wanted, accessLists);
    }

    public Entrance withAccessLists(List<String> wanted) {
        return new Entrance(name, enabled, bind, limits, proxyProtocolFrom, wanted);
    }
}
