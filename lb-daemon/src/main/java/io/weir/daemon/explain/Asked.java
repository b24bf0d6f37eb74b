package io.weir.daemon.explain;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A connection or request that is asked about. A value.
 *
 * @param client whose it is: what a PROXY header says where the listener takes one
 * @param port of the client; empty: any
 * @param to the address that the client connects to; empty: any that the listener has
 * @param host of a request, with or without a port
 * @param path of a request, with or without a query
 */
public record Asked(InetAddress client, OptionalInt port, Optional<InetSocketAddress> to, String host, String path) {

    /** As routes compare it: without the port. */
    String hostName() {
        int colon = host.lastIndexOf(':');
        boolean port = host.startsWith("[") ? colon > host.indexOf(']') : colon >= 0 && colon == host.indexOf(':');
        return port ? host.substring(0, colon) : host;
    }

    /** As routes compare it: without the query. */
    String plainPath() {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }
}
