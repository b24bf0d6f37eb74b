package io.weir.net;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An address that accepts connections, one acceptor a loop. Callable from any thread. */
public interface Listening {
    /** The address with the port that was bound, also when port 0 was asked for. */
    InetSocketAddress address();

    /**
     * Takes connections for other addresses and ports, too, that a tproxy rule of the host's hands to it (ip(7), IP_TRANSPARENT). Not
     * to be called on a loop.
     *
     * @throws BindException with the address and the cause: the process lacks CAP_NET_ADMIN, or the transport has no way to
     */
    void intercept() throws BindException;

    /** Accepts no more; connections live on. The result completes when no acceptor is left. */
    CompletableFuture<Void> stopAccepting();

    /** How often an acceptor paused because descriptors or memory had run out. */
    long acceptPauses();

    /** Its sockets, to be handed to another process; none where the transport keeps them to itself. They are open while it accepts. */
    List<ListeningSocket> sockets();
}
