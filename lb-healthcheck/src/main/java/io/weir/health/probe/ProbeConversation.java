package io.weir.health.probe;

import io.netty.channel.ChannelHandler;
import java.util.List;

/** What one kind of probe says over a connection and wants to hear. One object for each probe; confined to the probe loop. */
sealed interface ProbeConversation permits TcpProbe, TlsProbe, HttpProbe, GrpcProbe {
    /** What stands between the bytes of a new connection and {@link #received}. */
    default List<ChannelHandler> codec() {
        return List.of();
    }

    /** Whether a connection may serve one probe after the other. */
    default boolean keepsConnections() {
        return false;
    }

    /** The connection stands, its TLS handshake included. */
    void connected(ProbeConnection connection);

    /** Something has arrived before the verdict; the caller releases it. */
    void received(Object message, ProbeConnection connection);

    /** The peer has closed before the verdict. */
    void closedByPeer(ProbeConnection connection);
}
