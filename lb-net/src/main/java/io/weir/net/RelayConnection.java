package io.weir.net;

import java.net.InetSocketAddress;

/** A client's connection that is relayed to a backend. Confined to its loop. */
public interface RelayConnection {
    /** Where it comes from; asked of the kernel at the first call. */
    InetSocketAddress clientAddress();

    /** The address that the client connected to; asked of the kernel at each call. */
    InetSocketAddress listenAddress();

    /** The loop that it lives on. */
    Loop loop();

    /** Ends it now; nothing happens if it has ended. Calls {@link RelaySession#closed}. */
    void close(CloseReason reason);
}
