package io.weir.core.config;

import java.net.InetSocketAddress;

/** Ports of one address, {@code count} of them from the first on. */
record PortRange(InetSocketAddress first, int count) {
    int last() {
        return first.getPort() + count - 1;
    }
}
