package io.weir.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One of the two sockets of a lean relay on io_uring: the descriptor, what waits for it, and the direction that begins at
 * it. Confined to its loop. The kernel refers to the descriptor until all submissions have completed, and so not before
 * that is it closed.
 */
final class UringSide implements IoUringIoHandle {
    /** What a poll is for, as its completion tells: its direction has something to receive. */
    static final short READABLE = 0;

    /** The other direction can go on sending. */
    static final short ROOM = 1;

    private static final short HEAD = 2;

    private static final short ERRORS = 3;

    final int fd;

    /** Whether it is the client's socket, and not the backend's. */
    final boolean isClient;

    final UringFlow flow;

    private final UringRelay relay;

    private final UringRelayLoop shared;

    private @Nullable IoRegistration registration;

    private boolean connects;

    /** Whether it tells of each piece of the stream's head; the poll, as the ring knows it. */
    private boolean awaitsHead;

    private long headPoll;

    private boolean headEnded;

    private boolean watchesErrors;

    private boolean blocks = true;

    UringSide(int fd, UringRelay relay, UringRelayLoop shared, boolean isClient) {
        this.fd = fd;
        this.relay = relay;
        this.shared = shared;
        this.isClient = isClient;
        this.flow = new UringFlow(relay, shared, this);
    }

    /** Makes the ring know it; nothing happens if it does. */
    void register() {
        if (registration == null) {
            registration = shared.register(this);
        }
    }

    /** Hands a submission to the ring; the answer names it until it completes. */
    long submit(IoUringIoOps submission) {
        return registration().submit(submission);
    }

    private IoRegistration registration() {
        IoRegistration known = registration;
        if (known == null) {
            throw new IllegalStateException("the side is not registered");
        }
        return known;
    }

    void connect(InetSocketAddress peer) {
        register();
        connects = true;
        shared.connect(registration(), fd, peer);
    }

    @Override
    public void handle(IoRegistration source, IoEvent event) {
        try {
            completed((IoUringIoEvent) event);
        } catch (Throwable failure) {
            // Netty would let the loop sleep.
            relay.fault(failure);
        }
    }

    private void completed(IoUringIoEvent event) {
        int result = event.res();
        switch (event.opcode()) {
            case UringOps.RECEIVE -> flow.received(result, (event.flags() & UringOps.MORE_BYTES) == 0);
            case UringOps.SEND -> relay.peer(this).flow.sent(result);
            case UringOps.POLL_ADD -> polled((short) event.userData(), result, event.flags());
            case UringOps.CONNECT -> {
                connects = false;
                relay.connectEnded(this, result);
            }
            default -> {} // a cancellation's own
        }
    }

    private void polled(short what, int bits, int flags) {
        switch (what) {
            case READABLE -> flow.readable();
            case ROOM -> relay.peer(this).flow.hasRoom();
            case HEAD -> headPolled(bits, (flags & UringOps.MORE_COMPLETIONS) != 0);
            default -> errorPolled();
        }
    }

    /** Tells the relay of what is there, and then of each new piece, that it can look at the head. */
    void awaitHead() {
        if (!awaitsHead) {
            register();
            awaitsHead = true;
            headPoll = submit(UringOps.pollAgainAndAgain(fd, UringOps.POLL_IN | UringOps.POLL_END, HEAD));
        }
    }

    private void headPolled(int bits, boolean goesOn) {
        if (awaitsHead) {
            awaitsHead = goesOn;
            headEnded |= bits > 0 && (bits & UringOps.POLL_END) != 0;
            relay.headReady();
        }
    }

    /** Nothing comes behind what can be seen of the head. */
    void headEnded() {
        headEnded = true;
    }

    boolean isHeadEnded() {
        return headEnded;
    }

    /** The head is read: what comes now is received. */
    void endHead() {
        register();
        if (awaitsHead) {
            awaitsHead = false;
            submit(UringOps.cancel(headPoll));
        }
    }

    /** Has the relay told of an error, though nothing is received. */
    void watchErrors() {
        if (!watchesErrors) {
            watchesErrors = true;
            submit(UringOps.poll(fd, UringOps.POLL_ERRORS, ERRORS));
        }
    }

    private void errorPolled() {
        watchesErrors = false;
        if (!relay.isClosed() && flow.isDeaf() && shared.calls.takeError(fd) < 0) {
            relay.broken(this);
        }
    }

    /** System calls do not wait for it any more, and nor do submissions but polls. */
    void stopBlocking() {
        if (blocks) {
            blocks = false;
            shared.calls.stopBlocking(fd);
        }
    }

    /**
     * Ends all that waits for the descriptor, which is closed when that has ended.
     *
     * @param sends whether something is being sent to it
     */
    void close(boolean sends) {
        flow.close();
        IoRegistration known = registration;
        if (known == null) {
            unregistered();
            return;
        }
        if (connects || awaitsHead || watchesErrors || sends || flow.isWaiting()) {
            known.submit(UringOps.cancelAll(fd));
        }
        known.cancel();
    }

    /** Nothing refers to the descriptor any more. */
    @Override
    public void unregistered() {
        shared.calls.close(fd);
    }

    /** Netty's: the loop shuts down. */
    @Override
    public void close() {
        relay.close(CloseReason.DRAINED);
    }
}
