package io.weir.net.udp;

/** A port towards backends on a socket of its own, unconnected: several backends answer to it. Confined to its loop. */
final class NativePort extends UpstreamPort {
    private final UpstreamPorts ports;

    private final NativeSocket socket;

    /** The slots of the batch under way that go out here, linked; -1 for none. */
    int firstSlot = -1;

    int lastSlot = -1;

    NativePort(NativeUdpLoop loop, UpstreamPorts ports, int index, int fd) {
        super(index);
        this.ports = ports;
        this.socket = new NativeSocket(loop, fd, () -> loop.receiveFromBackends(this), () -> {});
    }

    UpstreamPorts ports() {
        return ports;
    }

    int fd() {
        return socket.descriptor();
    }

    /** Takes what has come while the loop paused. */
    void receive() {
        socket.run();
    }

    @Override
    void close() {
        socket.close();
    }
}
