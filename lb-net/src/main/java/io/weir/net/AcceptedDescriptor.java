package io.weir.net;

/** What becomes of the connections that an {@link SocketAcceptor} accepts. */
@FunctionalInterface
interface AcceptedDescriptor {
    /**
     * Takes over a connection that was just accepted. Called on the acceptor's loop; {@link SocketCalls#acceptedFrom} still
     * knows whose it is.
     */
    void take(SocketAcceptor acceptor, int fd);
}
