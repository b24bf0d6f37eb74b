package io.weir.daemon.admin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Predicate;

/**
 * Accepts a Host field that is an IP literal, {@code localhost} or the host that the address was configured with. A name that anybody can
 * make resolve to this address (DNS rebinding) would let a web page read what only this host's users should. Immutable, any thread.
 *
 * @param address that the server listens on
 */
record HostCheck(InetSocketAddress address) implements Predicate<String> {
    @Override
    public boolean test(String field) {
        String host = withoutPort(field);
        return host.equalsIgnoreCase("localhost") || host.equalsIgnoreCase(address.getHostString()) || literal(host);
    }

    private static String withoutPort(String field) {
        int colon = field.lastIndexOf(':');
        boolean port = colon >= 0 && colon > field.lastIndexOf(']');
        String host = port ? field.substring(0, colon) : field;
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static boolean literal(String host) {
        try {
            return InetAddress.ofLiteral(host) != null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
