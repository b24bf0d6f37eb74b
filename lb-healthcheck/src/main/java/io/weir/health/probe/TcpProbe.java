package io.weir.health.probe;

import io.netty.buffer.ByteBuf;

/**
 * A completed handshake is a success. It ends with FIN and then waits for the peer's, so that a server which greets its clients (SSH, SMTP)
 * sees an orderly end and no reset (CLB-18). Confined to the probe loop.
 */
final class TcpProbe implements ProbeConversation {
    @Override
    public void connected(ProbeConnection connection) {
        connection.pass();
        connection.endOutput();
    }

    @Override
    public void received(ByteBuf bytes, ProbeConnection connection) {
        throw new IllegalStateException("a TCP probe is judged when it is connected");
    }

    @Override
    public void closedByPeer(ProbeConnection connection) {
        throw new IllegalStateException("a TCP probe is judged when it is connected");
    }
}
