package io.weir.daemon.control;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Writes addresses as the configuration has them. Any thread. */
public final class Addresses {
    private Addresses() {
    }

    /** A backend's: without the port if it has none of its own. */
    public static String backend(InetSocketAddress address) {
        return address.getPort() == 0 ? address.getAddress().getHostAddress() : text(address);
    }

    /** {@code 10.0.0.1:80}, {@code [::1]:80}. */
    public static String text(InetSocketAddress address) {
        if (address.isUnresolved()) {
            return address.getHostString() + ":" + address.getPort();
        }
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
