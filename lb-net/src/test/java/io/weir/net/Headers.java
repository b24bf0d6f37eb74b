package io.weir.net;

import io.weir.core.model.ProxyProtocol;
import io.weir.net.ProxyHeader.Carried;
import java.net.InetSocketAddress;

/** PROXY headers of streams, as backends get them. */
final class Headers {
    private Headers() {
    }

    static byte[] v1(InetSocketAddress source, InetSocketAddress destination) {
        return ProxyHeader.of(ProxyProtocol.V1, Carried.STREAM, source, destination);
    }

    static byte[] v2(InetSocketAddress source, InetSocketAddress destination) {
        return ProxyHeader.of(ProxyProtocol.V2, Carried.STREAM, source, destination);
    }
}
