package io.weir.net.udp;

import io.weir.net.ReadWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A datagram socket that its loop watches. Confined to the loop. An event that was meant for another socket, which had the
 * same number, costs one receive that finds nothing.
 */
final class NativeSocket implements ReadWatch.Owner, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(NativeSocket.class);

    /** Batches that are taken before others have their turn. */
    private static final int ROUNDS = 8;

    private final NativeUdpLoop loop;

    private final int fd;

    private final Receiver receiver;

    private final Runnable whenClosed;

    private final ReadWatch watch;

    private boolean closed;

    /** Takes what the socket has received. */
    interface Receiver {
        /** Receives a batch; whether there may be more. */
        boolean receive();
    }

    NativeSocket(NativeUdpLoop loop, int fd, Receiver receiver, Runnable whenClosed) {
        this.loop = loop;
        this.fd = fd;
        this.receiver = receiver;
        this.whenClosed = whenClosed;
        this.watch = loop.loop().watch(this);
    }

    @Override
    public int descriptor() {
        return fd;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void readable() {
        run();
    }

    /** Receives; goes on when others have had their turn if that was not all, for it is told only once. What is told while the loop pauses is found later. */
    @Override
    public void run() {
        try {
            for (int round = 0; !closed && !loop.isPaused() && receiver.receive(); round++) {
                if (round == ROUNDS) {
                    loop.loop().eventLoop().execute(this);
                    return;
                }
            }
        } catch (Throwable failure) {
            // It would end the events of this turn, or the loop.
            LOG.error("{}: moving datagrams failed", loop.loop(), failure);
        }
    }

    void close() {
        if (!closed) {
            closed = true;
            watch.end();
        }
    }

    @Override
    public void unwatched() {
        closed = true;
        loop.calls().close(fd);
        whenClosed.run();
    }
}
