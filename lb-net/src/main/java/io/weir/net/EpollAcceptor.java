package io.weir.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Accepts one loop's connections of one listening address. Confined to the loop. */
final class EpollAcceptor extends FileDescriptor implements EpollIoHandle, Runnable {
    /** Connections taken before others have their turn. */
    private static final int BATCH = 64;

    /** Connections taken from the kernel's queue before the socket is closed, which would reset them. */
    private static final int LAST_BATCH = 4096;

    private final EpollRelayLoop shared;

    private final AcceptedDescriptor onAccept;

    private final AcceptPause pause;

    private @Nullable IoRegistration registration;

    private long registeredTurn;

    private EpollAcceptor(
            int fd, EpollRelayLoop shared, InetSocketAddress address, LongAdder pauses, AcceptedDescriptor onAccept) {
        super(fd);
        this.shared = shared;
        this.onAccept = onAccept;
        this.pause = new AcceptPause(shared.loop, address, pauses, this);
    }

    /** Listens and accepts; on the loop. */
    static EpollAcceptor open(
            EpollRelayLoop shared, InetSocketAddress address, int backlog, LongAdder pauses, AcceptedDescriptor onAccept)
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
        var acceptor = new EpollAcceptor(fd, shared, address, pauses, onAccept);
        acceptor.registeredTurn = shared.loop.turn();
        acceptor.registration = shared.register(acceptor, EpollRelayLoop.READABLE);
        return acceptor;
    }

    @Override
    public FileDescriptor fd() {
        return this;
    }

    @Override
    public void handle(IoRegistration source, IoEvent event) {
        if (shared.loop.turn() != registeredTurn) {
            run();
        }
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
        while (accepted < most && isOpen() && !pause.isScheduled()) {
            int fd = shared.calls.accept(intValue());
            if (fd == SocketCalls.EAGAIN) {
                break;
            }
            accepted++;
            if (fd >= 0) {
                pause.accepted(fd);
                onAccept.take(this, fd);
            } else if (SocketCalls.exhausted(fd)) {
                pause(fd);
            }
            // Whatever else failed belongs to the connection that was taken from the queue: accept(2), error handling.
        }
        return accepted;
    }

    /** Leaves connections in the kernel's queue for a while. */
    void pause(int error) {
        pause.begin(SocketCalls.text(error));
    }

    /** Takes what is queued, and then no more. */
    void stop() {
        if (isOpen()) {
            acceptUpTo(LAST_BATCH);
            close();
        }
    }

    @Override
    public void close() {
        pause.cancel();
        if (markClosed()) {
            shared.calls.close(intValue());
        }
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
    }
}
