package io.weir.health.probe;

/** A completed TLS handshake, with a certificate that stands the check where it is verified, is a success. Confined to the probe loop. */
record TlsProbe() implements ProbeConversation {
    @Override
    public void connected(ProbeConnection connection) {
        connection.pass();
        connection.endOutput();
    }

    @Override
    public void received(Object message, ProbeConnection connection) {
        throw new IllegalStateException("a TLS probe is judged when it is secured");
    }

    @Override
    public void closedByPeer(ProbeConnection connection) {
        throw new IllegalStateException("a TLS probe is judged when it is secured");
    }
}
