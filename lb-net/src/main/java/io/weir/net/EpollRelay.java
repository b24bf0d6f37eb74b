package io.weir.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A relayed connection below Netty's channels: two descriptors on a loop's epoll, and the bytes go through the loop's one
 * buffer. Confined to its loop.
 *
 * <p>Each direction moves in rounds of one receive and one send. What a side does not take is kept for it, and nothing
 * more is received for it before that is gone: this bounds the memory and is the backpressure. Events are edge-triggered:
 * after a receive that did not fill the buffer the socket is dry, and the next byte makes a new event; after one that did,
 * or when the end is known to stand behind the last byte, or urgent bytes cut receives short, the next round follows.
 */
final class EpollRelay extends RelayedConnection {
    /** Receives of one direction before others have their turn. */
    private static final int ROUNDS = 16;

    private static final InetSocketAddress UNKNOWN = new InetSocketAddress(0);

    private final SocketAcceptor acceptor;

    private final EpollRelayLoop shared;

    private final SocketCalls calls;

    private final EpollSide client;

    private @Nullable EpollSide backend;

    private @Nullable InetSocketAddress clientAddress;

    /** Whether the last dial left the end of the handshake to the first bytes. */
    private boolean unacknowledged;

    EpollRelay(SocketAcceptor acceptor, EpollRelayLoop shared, int clientFd) {
        super(shared.loop);
        this.acceptor = acceptor;
        this.shared = shared;
        this.calls = shared.calls;
        this.client = new EpollSide(clientFd, this, true);
    }

    /** Relays every connection that is accepted. */
    static AcceptedDescriptor accepting(EpollRelayLoop shared, RelayPolicy policy) {
        return (acceptor, fd) -> {
            EpollRelay relay = new EpollRelay(acceptor, shared, fd);
            try {
                relay.open(policy);
            } catch (Throwable failure) {
                relay.fault(failure);
            }
        };
    }

    @Override
    InetSocketAddress peerAddress() {
        if (clientAddress == null) {
            // The number of a closed descriptor may be another's already.
            clientAddress = isClosed() ? UNKNOWN : calls.peerAddress(client.intValue());
        }
        return clientAddress;
    }

    @Override
    InetSocketAddress localAddress() {
        return isClosed() ? UNKNOWN : calls.localAddress(client.intValue());
    }

    /** The bytes stay in the kernel: a connection that waits for its head holds no memory here. */
    @Override
    ByteBuffer head(int most) {
        int peeked = calls.peek(client.intValue(), shared.buffer, most);
        if (peeked == 0) {
            client.endNear = true;
        } else if (peeked < 0 && peeked != SocketCalls.EAGAIN) {
            broken(client);
        }
        return shared.view(Math.max(0, peeked));
    }

    @Override
    boolean headEnded() {
        return client.endNear;
    }

    @Override
    void skipHead(int bytes) {
        if (bytes > 0 && calls.receive(client.intValue(), shared.buffer, bytes) != bytes) {
            broken(client);
        }
    }

    @Override
    void awaitHead() {
        client.register(shared);
    }

    @Override
    Dial dial(InetSocketAddress address, @Nullable InetAddress source) {
        int fd = calls.streamSocket(address);
        if (fd < 0) {
            if (!SocketCalls.exhausted(fd)) {
                return Dial.OTHER;
            }
            acceptor.pause(fd);
            return Dial.EXHAUSTED;
        }
        calls.noDelay(fd);
        unacknowledged = shared.clientsSpeakEarly;
        if (unacknowledged) {
            calls.awaitBytesToAcknowledge(fd);
        }
        int result = source == null ? 0 : calls.bindTransparently(fd, source);
        result = result < 0 ? result : calls.connect(fd, address);
        if (result < 0 && result != SocketCalls.EINPROGRESS) {
            calls.close(fd);
            return Dial.failed(ConnectFailures.of(result));
        }
        EpollSide side = new EpollSide(fd, this, false);
        backend = side;
        side.register(shared);
        return Dial.UNDER_WAY;
    }

    @Override
    void dropDial() {
        EpollSide side = backend;
        backend = null;
        if (side != null) {
            side.end(calls);
        }
    }

    /** Something has happened to a side; the bits are those of epoll_ctl(2). */
    void ready(EpollSide side, int bits) {
        if (isClosed()) {
            return;
        }
        side.saw(bits);
        if (!isRelaying()) {
            notYetRelaying(side, bits);
            return;
        }
        if ((bits & EpollSide.WRITABLE) != 0 && side.isKeeping() && !flush(side)) {
            return;
        }
        if ((bits & EpollSide.READABLE) != 0) {
            receive(side, bits);
        }
    }

    /** What was received for a side that has not taken it yet, or is not wanted any more, cannot tell of a reset. */
    private void receive(EpollSide side, int bits) {
        EpollSide to = peer(side);
        boolean deaf = side.ended || to.isKeeping();
        if (deaf) {
            if ((bits & EpollSide.ERROR) != 0 && calls.takeError(side.intValue()) < 0) {
                broken(side);
            }
            return;
        }
        move(side, to, 0);
    }

    /** A client that was listened to for its preface is heard again once a backend is there. */
    private void notYetRelaying(EpollSide side, int bits) {
        if (!side.isClient) {
            dialReady(side, bits);
        } else if (isInPreface()) {
            readPreface();
        }
    }

    private void dialReady(EpollSide side, int bits) {
        if ((bits & EpollSide.FAILED) != 0) {
            int error = calls.takeError(side.intValue());
            if (error < 0) {
                dropDial();
                dialFailed(ConnectFailures.of(error));
                return;
            }
        }
        if ((bits & EpollSide.WRITABLE) != 0) {
            dialled();
            // A backend that speaks first may have spoken in the same event, and there is no other for it.
            if ((bits & EpollSide.READABLE) != 0 && !isDialling()) {
                ready(side, bits & ~EpollSide.WRITABLE);
            }
        }
    }

    @Override
    void relay(byte[] preamble) {
        EpollSide to = side(backend);
        client.bulk.begin(offload());
        to.bulk.begin(offload());
        shared.put(preamble);
        move(client, to, preamble.length);
        if (!isClosed()) {
            client.register(shared);
            shared.clientsSpeakEarly = preamble.length > 0 || bytesToBackend() > 0;
            if (unacknowledged && !shared.clientsSpeakEarly) {
                calls.acknowledge(to.intValue());
            }
        }
    }

    /**
     * Moves bytes until none are there, none are taken or it is the others' turn; the first {@code prefix} bytes of the
     * buffer are sent in front.
     */
    private void move(EpollSide from, EpollSide to, int prefix) {
        if (prefix == 0 && from.bulk.isBulk() && splice(from, to)) {
            return;
        }
        int ahead = prefix;
        for (int round = 0; round < ROUNDS; round++) {
            if (ahead == 0 && from.isHeldBack()) {
                return;
            }
            int room = EpollRelayLoop.BUFFER_BYTES - ahead;
            int received = calls.receive(from.intValue(), shared.buffer + ahead, room);
            int filled = ahead + Math.max(0, received);
            ahead = 0;
            count(from, received);
            if (filled > 0 && !send(to, filled)) {
                return;
            }
            if (received <= 0) {
                dry(from, to, received);
                return;
            }
            if (to.isKeeping() || (received < room && !from.readsOn)) {
                return;
            }
        }
        from.putOff(shared);
    }

    /** Moves bytes past our memory, by the same rules; false if it cannot now. */
    private boolean splice(EpollSide from, EpollSide to) {
        if (from.bulk.isNew()) {
            BulkBuffers.bound(calls, from);
        }
        Splicer.Moved moved = shared.splicer.move(from);
        switch (moved) {
            case NO_PIPE, DRY, HELD_UP, HELD_BACK -> {}
            case TURN_OVER -> from.putOff(shared);
            case ENDED -> dry(from, to, 0);
            case SENDER_BROKEN -> broken(from);
            case RECEIVER_BROKEN -> broken(to);
        }
        return moved != Splicer.Moved.NO_PIPE;
    }

    /** Bytes of a side are in a pipe. */
    void spliced(EpollSide from, int bytes) {
        count(from, bytes);
        spliced(bytes);
    }

    /** Sends the buffer and keeps what is not taken; false if the connection is closed. */
    private boolean send(EpollSide to, int filled) {
        int sent = calls.send(to.intValue(), shared.buffer, filled);
        if (sent < 0 && sent != SocketCalls.EAGAIN) {
            broken(to);
            return false;
        }
        int taken = Math.max(0, sent);
        if (taken < filled) {
            to.keep(shared, taken, filled - taken);
        }
        return true;
    }

    /** A receive has brought nothing: the end, a reset, or just nothing now. */
    private void dry(EpollSide from, EpollSide to, int received) {
        if (received == 0) {
            from.ended = true;
            ended(from.isClient);
            if (!to.isKeeping()) {
                passEnd(from, to);
            }
        } else if (received != SocketCalls.EAGAIN) {
            broken(from);
        }
    }

    /** {@code from} has ended and {@code to} has taken everything: ends that direction, or both. */
    private void passEnd(EpollSide from, EpollSide to) {
        if (to.ended && !from.isKeeping()) {
            close(CloseReason.COMPLETED);
        } else if (calls.shutdownOutput(to.intValue()) < 0) {
            broken(to);
        }
    }

    /** Sends what is kept for a side, then moves on what waits behind it; false if the connection is closed. */
    private boolean flush(EpollSide to) {
        EpollSide from = peer(to);
        int sent = to.sendKept(calls);
        if (sent == SocketCalls.EAGAIN) {
            return true;
        }
        if (sent < 0) {
            broken(to);
            return false;
        }
        active();
        if (to.isKeeping()) {
            return true;
        }
        if (from.ended) {
            passEnd(from, to);
        } else {
            move(from, to, 0);
        }
        return !isClosed();
    }

    /** Goes on with a direction whose share of a turn was used up. */
    void resume(EpollSide from) {
        if (!isClosed() && !from.ended) {
            EpollSide to = peer(from);
            if (!to.isKeeping()) {
                move(from, to, 0);
            }
        }
    }

    private void count(EpollSide from, int received) {
        if (received > 0) {
            from.bulk.received(received);
            if (from.isClient) {
                movedToBackend(received);
            } else {
                movedToClient(received);
            }
        }
    }

    private void broken(EpollSide side) {
        close(side.isClient ? CloseReason.CLIENT_RESET : CloseReason.BACKEND_RESET);
    }

    EpollSide peer(EpollSide side) {
        return side.isClient ? side(backend) : client;
    }

    private static EpollSide side(@Nullable EpollSide side) {
        if (side == null) {
            throw new IllegalStateException("no backend is connected");
        }
        return side;
    }

    @Override
    void closeSockets(boolean reset) {
        if (reset) {
            calls.resetOnClose(client.intValue());
        }
        client.end(calls);
        EpollSide other = backend;
        if (other != null) {
            if (reset) {
                calls.resetOnClose(other.intValue());
            }
            other.end(calls);
        }
    }
}
