package io.weir.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One of the two sockets of a lean relay on io_uring, and the direction that begins at it: what is received here, in a
 * buffer until the other side has taken it. Confined to its loop.
 *
 * <p>The kernel refers to the buffer and the descriptor until a submission completes. So the buffer is released by the
 * completion, and the descriptor closed when Netty has seen the last one.
 */
final class UringSide implements IoUringIoHandle {
    /** How a direction stands; one submission at most is under way for it. */
    private enum Stage {
        /** Nothing is under way. */
        STILL,
        /** The socket itself is being connected. */
        CONNECTING,
        /** Each piece of the stream's head is told of, and none received. */
        HEAD,
        /** Waits without a buffer. */
        POLLING,
        /** Waits with a buffer. */
        RECEIVING,
        /** The other side has yet to take what is in the buffer. */
        SENDING,
        /** The end of the stream was received. */
        ENDED
    }

    private static final short READABLE = 0;

    private static final short ERRORS = 1;

    private static final short HEAD = 2;

    /** Two receives within so many ticks make it worth while to wait for the next with a buffer. */
    private static final int BUSY_TICKS = 2;

    final int fd;

    /** Whether it is the client's socket, and not the backend's. */
    final boolean isClient;

    private final UringRelay relay;

    private final UringRelayLoop shared;

    private @Nullable IoRegistration registration;

    private Stage stage = Stage.STILL;

    private @Nullable RelayBuffer buffer;

    /** Where in the buffer the bytes begin that are yet to be sent, and where they end. */
    private int sent;

    private int filled;

    /** The receive or poll that is under way and may be cancelled, as the ring knows it. */
    private long cancellable;

    private long receivedTick;

    /** Whether it receives so often that it waits with a buffer. */
    private boolean busy = true;

    /** Whether it fills buffers. */
    private boolean bulk;

    /** Whether nothing was left to receive after the last bytes. */
    private boolean dry;

    private boolean watchesErrors;

    /** Whether the stream's head showed its end too. */
    boolean endNear;

    UringSide(int fd, UringRelay relay, UringRelayLoop shared, boolean isClient) {
        this.fd = fd;
        this.relay = relay;
        this.shared = shared;
        this.isClient = isClient;
        this.receivedTick = shared.loop.ticks();
    }

    void register() {
        if (registration == null) {
            registration = shared.register(this);
        }
    }

    void connect(InetSocketAddress peer) {
        stage = Stage.CONNECTING;
        shared.connect(registration(), fd, peer);
    }

    @Override
    public void handle(IoRegistration source, IoEvent event) {
        var completion = (IoUringIoEvent) event;
        try {
            switch (completion.opcode()) {
                case UringOps.CONNECT -> connectEnded(completion.res());
                case UringOps.RECEIVE -> received(completion.res(), (completion.flags() & UringOps.MORE_BYTES) == 0);
                case UringOps.SEND -> relay.sent(this, completion.res());
                case UringOps.POLL_ADD -> polled((short) completion.userData(), completion.res(), completion.flags());
                default -> {} // a cancellation's own
            }
        } catch (Throwable failure) {
            // Netty would let the loop sleep.
            relay.fault(failure);
        }
    }

    private void connectEnded(int result) {
        stage = Stage.STILL;
        relay.connectEnded(this, result);
    }

    private void received(int result, boolean isDry) {
        stage = Stage.STILL;
        if (relay.isClosed()) {
            release();
        } else if (result == SocketCalls.ECANCELED) {
            poll();
        } else {
            note(result, isDry);
            relay.received(this, result);
        }
    }

    private void note(int received, boolean isDry) {
        dry = isDry;
        long now = shared.loop.ticks();
        busy = now - receivedTick <= BUSY_TICKS;
        receivedTick = now;
        RelayBuffer used = buffer;
        if (used != null && used.bytes() == RelayBuffers.SMALL) {
            bulk = received == RelayBuffers.SMALL;
        } else {
            bulk = received > RelayBuffers.SMALL;
        }
    }

    private void polled(short what, int bits, int flags) {
        switch (what) {
            case HEAD -> headPolled(bits, (flags & UringOps.MORE_COMPLETIONS) != 0);
            case ERRORS -> errorPolled();
            default -> readable();
        }
    }

    private void headPolled(int bits, boolean goesOn) {
        if (stage != Stage.HEAD) {
            return;
        }
        if (!goesOn) {
            stage = Stage.STILL;
        }
        endNear |= bits > 0 && (bits & UringOps.POLL_END) != 0;
        relay.headReady();
    }

    private void errorPolled() {
        watchesErrors = false;
        if (isDeaf() && shared.calls.takeError(fd) < 0) {
            relay.broken(this);
        }
    }

    private void readable() {
        stage = Stage.STILL;
        if (!relay.isClosed()) {
            receiveInto(buffer == null ? shared.buffers.smallNow() : buffer, false);
        }
    }

    /** Tells the relay at once of what is there, and then of each new piece, that it can look at the head. */
    void awaitHead() {
        if (stage != Stage.HEAD) {
            register();
            stage = Stage.HEAD;
            cancellable = registration().submit(UringOps.pollAgainAndAgain(fd, UringOps.POLL_IN | UringOps.POLL_END, HEAD));
        }
    }

    /** The head is read: what comes now is received. */
    void endHead() {
        register();
        if (stage == Stage.HEAD) {
            stage = Stage.STILL;
            registration().submit(UringOps.cancel(cancellable));
        }
    }

    /** Nobody would notice that the connection is gone: nothing is received before the other side has taken what was. */
    private boolean isDeaf() {
        return !relay.isClosed() && (stage == Stage.SENDING || stage == Stage.ENDED);
    }

    /** Waits for the next bytes, when the last ones are sent. */
    void receive() {
        receive(dry);
    }

    /** @param isDry whether none are known to be there */
    void receive(boolean isDry) {
        if (bulk != isLarge()) {
            changeSize();
        }
        if (isDry && !busy) {
            poll();
            return;
        }
        if (buffer == null) {
            buffer = shared.buffers.small();
        }
        if (buffer == null) {
            poll();
        } else {
            receiveInto(buffer, isDry);
        }
    }

    private boolean isLarge() {
        return buffer != null && buffer.bytes() == RelayBuffers.LARGE;
    }

    private void changeSize() {
        if (isLarge()) {
            release();
            return;
        }
        RelayBuffer large = shared.buffers.large();
        if (large != null) {
            release();
            buffer = large;
        }
    }

    private void poll() {
        release();
        stage = Stage.POLLING;
        registration().submit(UringOps.poll(fd, UringOps.POLL_IN, READABLE));
    }

    private void receiveInto(RelayBuffer into, boolean isDry) {
        buffer = into;
        stage = Stage.RECEIVING;
        cancellable = registration().submit(UringOps.receive(fd, into.address(), into.bytes(), isDry));
        relay.stayAwake();
    }

    /** Has {@code bytes} of its buffer sent. */
    void send(UringSide to, int bytes) {
        sent = 0;
        filled = bytes;
        sendOn(to);
    }

    /** Has {@code bytes} at the beginning of a buffer sent before anything is received. */
    void send(UringSide to, RelayBuffer first, int bytes) {
        buffer = first;
        send(to, bytes);
    }

    /** Some of the buffer was sent; whether that was all. */
    boolean sent(int bytes) {
        stage = Stage.STILL;
        sent += bytes;
        return sent == filled;
    }

    /** Has the rest of the buffer sent. */
    void sendOn(UringSide to) {
        RelayBuffer from = buffer;
        if (from == null) {
            throw new IllegalStateException("there is nothing to send");
        }
        stage = Stage.SENDING;
        to.registration().submit(UringOps.send(to.fd, from.address() + sent, filled - sent));
        relay.stayAwake();
    }

    void end() {
        release();
        stage = Stage.ENDED;
    }

    boolean isEnded() {
        return stage == Stage.ENDED;
    }

    boolean isSending() {
        return stage == Stage.SENDING;
    }

    /** Lets go of the buffer and waits without; an error is noticed all the same. */
    void rest() {
        if (stage == Stage.RECEIVING) {
            registration().submit(UringOps.cancel(cancellable));
        } else if (isDeaf() && !watchesErrors) {
            watchesErrors = true;
            registration().submit(UringOps.poll(fd, UringOps.POLL_ERRORS, ERRORS));
        }
    }

    /** Gives the buffer back, if there is one and the kernel does not refer to it. */
    void release() {
        RelayBuffer unused = buffer;
        if (unused != null && stage != Stage.RECEIVING && stage != Stage.SENDING) {
            buffer = null;
            shared.buffers.giveBack(unused);
        }
    }

    /**
     * Ends all that waits for the descriptor, which is closed when that has ended.
     *
     * @param sends whether something is being sent to it
     */
    void close(boolean sends) {
        IoRegistration known = registration;
        release();
        if (known == null) {
            unregistered();
            return;
        }
        boolean waits = switch (stage) {
            case CONNECTING, HEAD, POLLING, RECEIVING -> true;
            case STILL, SENDING, ENDED -> false;
        };
        if (waits || sends || watchesErrors) {
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

    private IoRegistration registration() {
        IoRegistration known = registration;
        if (known == null) {
            throw new IllegalStateException("the side is not registered");
        }
        return known;
    }
}
