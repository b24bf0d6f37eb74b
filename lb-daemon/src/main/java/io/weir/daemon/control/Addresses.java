package io.weir.daemon.control;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;

/** Writes addresses as the configuration has them, IPv6 in its short form (RFC 5952). Any thread. */
public final class Addresses {
    private Addresses() {
    }

    /** A backend's: without the port if it has none of its own. */
    public static String backend(InetSocketAddress address) {
        return address.getPort() == 0 ? NetUtil.toAddressString(address.getAddress()) : text(address);
    }

    /** {@code 10.0.0.1:80}, {@code [::1]:80}. */
    public static String text(InetSocketAddress address) {
        return NetUtil.toSocketAddressString(address);
    }
}
