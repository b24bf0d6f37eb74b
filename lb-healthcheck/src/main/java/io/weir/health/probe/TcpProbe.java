package io.weir.health.probe;

import io.weir.core.model.Probe;

/**
 * A completed handshake is a success. It ends with FIN and then waits for the peer's, so that a server which greets its clients (SSH, SMTP)
 * sees an orderly end and no reset, or with RST where the check asks for it (CLB-18). Confined to the probe loop.
 */
record TcpProbe(Probe.Tcp settings) implements ProbeConversation {
    @Override
    public void connected(ProbeConnection connection) {
        connection.pass();
        switch (settings.close()) {
            case FIN -> connection.endOutput();
            case RST -> connection.reset();
        }
    }

    @Override
    public void received(Object message, ProbeConnection connection) {
        throw new IllegalStateException("a TCP probe is judged when it is connected");
    }

    @Override
    public void closedByPeer(ProbeConnection connection) {
        throw new IllegalStateException("a TCP probe is judged when it is connected");
    }
}
