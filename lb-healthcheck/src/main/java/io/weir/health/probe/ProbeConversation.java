package io.weir.health.probe;

import io.netty.buffer.ByteBuf;

/** What one kind of probe says and wants to hear. One object for each probe; confined to the probe loop. */
sealed interface ProbeConversation permits TcpProbe, HttpProbe {
    /** The connection stands. */
    void connected(ProbeConnection connection);

    /** Bytes have arrived before the verdict; the caller releases them. */
    void received(ByteBuf bytes, ProbeConnection connection);

    /** The peer has closed before the verdict. */
    void closedByPeer(ProbeConnection connection);
}
