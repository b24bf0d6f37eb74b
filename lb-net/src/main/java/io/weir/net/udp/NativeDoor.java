package io.weir.net.udp;

import io.weir.net.ListeningSocket;
import io.weir.net.ListeningSocket.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;

/** One listener on one loop, on a socket of its own. Confined to the loop. */
final class NativeDoor extends FlowDoor {
    /** What clients may send while the loop is busy; the kernel bounds it by net.core.rmem_max where we may not exceed that. */
    private static final int BUFFER_BYTES = 4 << 20;

    private final NativeUdpLoop loop;

    private final NativeSocket socket;

    private final Runnable sweep = this::countUnreceived;

    /** What the process that opened the socket calls it. */
    private final int name;

    private int unreceived;

    private NativeDoor(NativeUdpLoop loop, InetSocketAddress address, FlowPolicy policy, int name, int fd) {
        super(loop, address, address.getAddress().isAnyLocalAddress(), policy);
        this.loop = loop;
        this.name = name;
        this.unreceived = loop.calls().unreceived(fd);
        this.socket = new NativeSocket(loop, fd, () -> loop.receiveFromClients(this), () -> ended().complete(null));
        loop.sweepWith(sweep);
        loop.add(this);
    }

    /** Opens a socket on the address; on the loop. */
    static NativeDoor open(NativeUdpLoop loop, InetSocketAddress address, FlowPolicy policy) throws IOException {
        int fd = loop.calls().clientSocket(address, BUFFER_BYTES);
        if (fd < 0) {
            throw new IOException(DatagramCalls.text(fd));
        }
        return new NativeDoor(loop, address, policy, fd, fd);
    }

    /** Goes on with a socket that another process opened; on the loop. */
    static NativeDoor adopt(NativeUdpLoop loop, ListeningSocket socket, FlowPolicy policy) {
        return new NativeDoor(loop, socket.address(), policy, socket.name(), socket.descriptor());
    }

    /** Its socket, to be handed to another process; any thread. */
    ListeningSocket listening() {
        return new ListeningSocket(Kind.DATAGRAM, address(), loop.loop().index(), fd());
    }

    int name() {
        return name;
    }

    /** Takes what has come while the loop paused. */
    void receive() {
        socket.run();
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
            loop.remove(this);
            socket.close();
        }
    }
}
