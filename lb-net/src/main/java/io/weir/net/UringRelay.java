package io.weir.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A relayed connection below Netty's channels, on io_uring: two {@link UringFlow}s. Confined to its loop. One in which
 * nothing has moved for some ticks of the wheel lets go of its buffers and polls until something comes: connections that
 * only exist hold none.
 */
final class UringRelay extends RelayedConnection {
    private static final long REST_TICKS = 2;

    private static final InetSocketAddress UNKNOWN = new InetSocketAddress(0);

    private final SocketAcceptor acceptor;

    private final UringRelayLoop shared;

    private final SocketCalls calls;

    private final UringSide client;

    private @Nullable UringSide backend;

    private @Nullable InetSocketAddress clientAddress;

    /** Whether the loop will ask it whether it can rest. */
    private boolean isAwake;

    /** Whether the last dial left the end of the handshake to the first bytes. */
    private boolean unacknowledged;

    /** The turn in which it began to relay. */
    private long firstTurn;

    private UringRelay(SocketAcceptor acceptor, UringRelayLoop shared, int clientFd) {
        super(shared.loop);
        this.acceptor = acceptor;
        this.shared = shared;
        this.calls = shared.calls;
        this.client = new UringSide(clientFd, this, shared, true);
    }

    /** Relays every connection that is accepted. */
    static AcceptedDescriptor accepting(UringRelayLoop shared, RelayPolicy policy) {
        return (acceptor, fd) -> {
            UringRelay relay = new UringRelay(acceptor, shared, fd);
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
            clientAddress = isClosed() ? UNKNOWN : calls.peerAddress(client.fd);
        }
        return clientAddress;
    }

    @Override
    InetSocketAddress localAddress() {
        return isClosed() ? UNKNOWN : calls.localAddress(client.fd);
    }

    /** The bytes stay in the kernel: a connection that waits for its head holds no memory here. */
    @Override
    ByteBuffer head(int most) {
        int peeked = calls.peek(client.fd, shared.heads, most);
        if (peeked == 0) {
            client.headEnded();
        } else if (peeked < 0 && peeked != SocketCalls.EAGAIN) {
            broken(client);
        }
        return shared.head(Math.max(0, peeked));
    }

    @Override
    boolean headEnded() {
        return client.isHeadEnded();
    }

    @Override
    void skipHead(int bytes) {
        if (bytes > 0 && calls.receiveNow(client.fd, shared.heads, bytes) != bytes) {
            broken(client);
        }
    }

    @Override
    void awaitHead() {
        client.awaitHead();
    }

    /** More of the client's stream has come, or its end. */
    void headReady() {
        if (isInPreface()) {
            readPreface();
        }
    }

    @Override
    Dial dial(InetSocketAddress address, @Nullable InetAddress source) {
        int fd = calls.blockingStreamSocket(address);
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
        if (source != null && calls.bindTransparently(fd, source) < 0) {
            calls.close(fd);
            return Dial.OTHER;
        }
        UringSide side = new UringSide(fd, this, shared, false);
        backend = side;
        side.connect(address);
        return Dial.UNDER_WAY;
    }

    @Override
    void dropDial() {
        UringSide side = backend;
        backend = null;
        if (side != null) {
            side.close(false);
        }
    }

    void connectEnded(UringSide side, int result) {
        if (side != backend || !isDialling()) {
            return;
        }
        if (result == 0) {
            dialled();
        } else {
            dropDial();
            dialFailed(ConnectFailures.of(result));
        }
    }

    @Override
    void relay(byte[] preamble) {
        UringSide to = side(backend);
        client.endHead();
        firstTurn = shared.loop.turn();
        if (preamble.length > 0 || unacknowledged) {
            sendFirst(to, preamble);
        } else {
            client.flow.begin(false);
        }
        if (!isClosed()) {
            to.flow.begin(true);
        }
    }

    /** Sends bytes of our own, and in one piece with them what the client has sent already. */
    private void sendFirst(UringSide to, byte[] preamble) {
        RelayBuffer buffer = shared.buffers.forFirst(preamble.length);
        buffer.put(preamble);
        int room = buffer.bytes() - preamble.length;
        int received = calls.receiveNow(client.fd, buffer.address() + preamble.length, room);
        if (received < 0 && received != SocketCalls.EAGAIN) {
            shared.buffers.giveBack(buffer);
            broken(client);
            return;
        }
        // The end of the stream is received again.
        int early = Math.max(0, received);
        if (early > 0) {
            count(client, early);
        }
        if (preamble.length + early > 0) {
            client.flow.begin(buffer, preamble.length + early);
        } else {
            shared.buffers.giveBack(buffer);
            shared.clientsSpeakEarly = false;
            calls.acknowledge(to.fd);
            client.flow.begin(false);
        }
    }

    /** The end of a side's stream was received, and all that came before it sent. */
    void ended(UringSide from) {
        ended(from.isClient);
        passEnd(peer(from));
    }

    /** What one side had to send is sent: ends that direction, or both. */
    private void passEnd(UringSide to) {
        if (to.flow.isEnded()) {
            close(CloseReason.COMPLETED);
        } else if (calls.shutdownOutput(to.fd) < 0) {
            broken(to);
        } else {
            stayAwake();
        }
    }

    /** Bytes of a side were received. */
    void count(UringSide from, int bytes) {
        if (from.isClient) {
            if (bytesToBackend() == 0) {
                shared.clientsSpeakEarly = shared.loop.turn() == firstTurn;
            }
            movedToBackend(bytes);
        } else {
            movedToClient(bytes);
        }
    }

    void broken(UringSide side) {
        close(side.isClient ? CloseReason.CLIENT_RESET : CloseReason.BACKEND_RESET);
    }

    /** A direction holds a buffer, or would not notice an error: see {@link #rest}. */
    void stayAwake() {
        if (!isAwake) {
            isAwake = true;
            shared.keepAwake(this);
        }
    }

    /** Lets go of buffers if nothing has moved for a while; false if something has. */
    boolean rest() {
        if (isClosed()) {
            return true;
        }
        if (quietTicks() < REST_TICKS) {
            return false;
        }
        isAwake = false;
        client.flow.rest();
        side(backend).flow.rest();
        return true;
    }

    UringSide peer(UringSide side) {
        return side.isClient ? side(backend) : client;
    }

    private static UringSide side(@Nullable UringSide side) {
        if (side == null) {
            throw new IllegalStateException("no backend is connected");
        }
        return side;
    }

    @Override
    void closeSockets(boolean reset) {
        UringSide other = backend;
        if (reset) {
            calls.resetOnClose(client.fd);
            if (other != null) {
                calls.resetOnClose(other.fd);
            }
        }
        client.close(other != null && other.flow.isSending());
        if (other != null) {
            other.close(client.flow.isSending());
        }
    }
}
