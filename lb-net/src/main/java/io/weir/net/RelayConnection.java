package io.weir.net;

import java.net.InetSocketAddress;

/** A client's connection that is relayed to a backend. Confined to its loop. */
public interface RelayConnection {
    /** Where it comes from: the socket's other end, asked of the kernel at the first call, or whom that speaks for. */
    InetSocketAddress clientAddress();

    /** The address that the client connected to: our end, asked of the kernel at each call, or what {@link #speaksFor} said. */
    InetSocketAddress listenAddress();

    /** The other end is a proxy: from now on the connection is its client's, and so are both addresses. */
    void speaksFor(InetSocketAddress client, InetSocketAddress destination);

    /** Bytes received from the client so far. */
    long bytesToBackend();

    /** Bytes received from the backend so far. */
    long bytesToClient();

    /** The loop that it lives on. */
    Loop loop();

    /** Ends it now; nothing happens if it has ended. Calls {@link RelaySession#closed}. */
    void close(CloseReason reason);
}
