package io.weir.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Accepts one loop's connections of one listening address. Confined to the loop. */
final class SocketAcceptor implements ReadWatch.Owner, Runnable {
    /** Connections taken before others have their turn. */
    private static final int BATCH = 64;

    /** Connections taken from the kernel's queue before the socket is closed, which would reset them. */
    private static final int LAST_BATCH = 4096;

    private final int fd;

    private final RelayLoop shared;

    private final InetSocketAddress address;

    private final AcceptedDescriptor onAccept;

    private final AcceptPause pause;

    private @Nullable ReadWatch watch;

    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private boolean stops;

    private boolean closed;

    private SocketAcceptor(
            int fd, RelayLoop shared, InetSocketAddress address, LongAdder pauses, AcceptedDescriptor onAccept) {
        this.fd = fd;
        this.shared = shared;
        this.address = address;
        this.onAccept = onAccept;
        this.pause = new AcceptPause(shared.loop, address, pauses, this);
    }

    /** Listens and accepts; on the loop. */
    static SocketAcceptor open(
            RelayLoop shared, InetSocketAddress address, int backlog, LongAdder pauses, AcceptedDescriptor onAccept)
            throws IOException {
        int fd = shared.calls.streamSocket(address);
        if (fd < 0) {
            throw new IOException(SocketCalls.text(fd));
        }
        int result = shared.calls.listen(fd, address, backlog);
        if (result < 0) {
            shared.calls.close(fd);
            throw new IOException(SocketCalls.text(result));
        }
        return watching(new SocketAcceptor(fd, shared, address, pauses, onAccept));
    }

    /** Accepts from a socket that listens already; on the loop. What is queued there is told of at once. */
    static SocketAcceptor adopt(RelayLoop shared, ListeningSocket socket, LongAdder pauses, AcceptedDescriptor onAccept)
            throws IOException {
        UnixCalls.setNonBlocking(socket.descriptor());
        return watching(new SocketAcceptor(socket.descriptor(), shared, socket.address(), pauses, onAccept));
    }

    private static SocketAcceptor watching(SocketAcceptor acceptor) {
        acceptor.watch = acceptor.shared.watch(acceptor);
        return acceptor;
    }

    /** Takes what a tproxy rule hands to it; answers what the kernel answers. */
    int intercept() {
        return shared.calls.transparent(fd, address.getAddress() instanceof Inet4Address);
    }

    @Override
    public int descriptor() {
        return fd;
    }

    @Override
    public void readable() {
        run();
    }

    /** Accepts a batch; the rest follows when others have had their turn, for the edge that told of it is gone. */
    @Override
    public void run() {
        if (acceptUpTo(BATCH) == BATCH) {
            shared.putOff(this);
        }
    }

    private int acceptUpTo(int most) {
        int accepted = 0;
        while (accepted < most && !closed && !pause.isScheduled()) {
            int connection = shared.accept(fd);
            if (connection == SocketCalls.EAGAIN) {
                break;
            }
            accepted++;
            if (connection >= 0) {
                pause.accepted(connection);
                take(connection);
            } else if (SocketCalls.exhausted(connection)) {
                pause(connection);
            }
            // Whatever else failed belongs to the connection that was taken from the queue: accept(2), error handling.
        }
        return accepted;
    }

    private void take(int connection) {
        LoopLoad load = shared.loop.load();
        if (load.sheds()) {
            load.countShed();
            shared.calls.resetOnClose(connection);
            shared.calls.close(connection);
        } else {
            onAccept.take(this, connection);
        }
    }

    /** Leaves connections in the kernel's queue for a while. */
    void pause(int error) {
        pause.begin(SocketCalls.text(error));
    }

    /** Takes what is queued, and then no more. */
    void stop() {
        stops = true;
        if (watch != null) {
            watch.end();
        }
    }

    /** Completes when the socket is closed. Any thread. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public void unwatched() {
        if (stops) {
            acceptUpTo(LAST_BATCH);
        }
        closed = true;
        pause.cancel();
        shared.calls.close(fd);
        ended.complete(null);
    }
}
