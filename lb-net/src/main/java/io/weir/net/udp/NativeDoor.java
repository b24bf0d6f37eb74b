package io.weir.net.udp;

import java.io.IOException;
import java.net.InetSocketAddress;

/** One listener on one loop, on a socket of its own. Confined to the loop. */
final class NativeDoor extends FlowDoor {
    /** What clients may send while the loop is busy; the kernel bounds it by net.core.rmem_max where we may not exceed that. */
    private static final int BUFFER_BYTES = 4 << 20;

    private final NativeUdpLoop loop;

    private final NativeSocket socket;

    private final Runnable sweep = this::countUnreceived;

    private int unreceived;

    private NativeDoor(NativeUdpLoop loop, InetSocketAddress address, FlowPolicy policy, int fd) {
        super(loop, address, address.getAddress().isAnyLocalAddress(), policy);
        this.loop = loop;
        this.socket = new NativeSocket(loop, fd, () -> loop.receiveFromClients(this), () -> ended().complete(null));
        loop.sweepWith(sweep);
    }

    /** Opens a socket on the address; on the loop. */
    static NativeDoor open(NativeUdpLoop loop, InetSocketAddress address, FlowPolicy policy) throws IOException {
        int fd = loop.calls().clientSocket(address, BUFFER_BYTES);
        if (fd < 0) {
            throw new IOException(DatagramCalls.text(fd));
        }
        return new NativeDoor(loop, address, policy, fd);
    }

    int fd() {
        return socket.descriptor();
    }

    boolean isOpen() {
        return !socket.isClosed();
    }

    private void countUnreceived() {
        int now = loop.calls().unreceived(fd());
        counters().drops(Drop.UNRECEIVED).add(now - unreceived);
        unreceived = now;
    }

    /** Later: answers of its last flow may be about to be collected. */
    @Override
    void shut() {
        loop.loop().eventLoop().execute(this::closeSocket);
    }

    private void closeSocket() {
        if (!socket.isClosed()) {
            loop.flushAnswers();
            countUnreceived();
            loop.sweepWithout(sweep);
            socket.close();
        }
    }
}
