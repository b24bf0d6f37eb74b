package io.weir.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A relayed connection below Netty's channels, on io_uring: a direction receives into a buffer, sends from it, and receives
 * again when all is sent. This bounds the memory and is the backpressure. Confined to its loop.
 *
 * <p>A direction that was quiet for {@value #REST_TICKS} ticks of the wheel lets go of its buffer and polls until something
 * comes: connections that only exist hold none.
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
            client.endNear = true;
        } else if (peeked < 0 && peeked != SocketCalls.EAGAIN) {
            broken(client);
        }
        return shared.head(Math.max(0, peeked));
    }

    @Override
    boolean headEnded() {
        return client.endNear;
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
        if (source != null && calls.bindTransparently(fd, source) < 0) {
            calls.close(fd);
            return Dial.OTHER;
        }
        UringSide side = new UringSide(fd, this, shared, false);
        backend = side;
        side.register();
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
        if (preamble.length == 0) {
            client.receive(false);
        } else {
            sendFirst(preamble, to);
        }
        if (!isClosed()) {
            to.receive(true);
        }
    }

    /** Sends bytes of our own, and in one piece with them what the client has sent already. */
    private void sendFirst(byte[] preamble, UringSide to) {
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
        count(client, early);
        client.send(to, buffer, preamble.length + early);
    }

    /** A receive has ended, with bytes, the end of the stream or a negative errno. */
    void received(UringSide from, int result) {
        if (result > 0) {
            count(from, result);
            from.send(peer(from), result);
        } else if (result == 0) {
            from.end();
            ended(from.isClient);
            passEnd(peer(from));
        } else {
            broken(from);
        }
    }

    /** {@code to} was sent some bytes, or has failed. */
    void sent(UringSide to, int result) {
        UringSide from = peer(to);
        boolean all = from.sent(Math.max(0, result));
        if (isClosed()) {
            from.release();
        } else if (result < 0) {
            broken(to);
        } else {
            active();
            if (all) {
                receive(from);
            } else {
                from.sendOn(to);
            }
        }
    }

    /** Goes on with a direction, when there is bandwidth for it. */
    private void receive(UringSide from) {
        if (hasBandwidth(from.isClient)) {
            from.receive();
        } else {
            loop().heldBack().add(() -> goOn(from));
        }
    }

    private void goOn(UringSide from) {
        try {
            if (!isClosed()) {
                receive(from);
            }
        } catch (Throwable failure) {
            fault(failure);
        }
    }

    /** What one side had to send is sent: ends that direction, or both. */
    private void passEnd(UringSide to) {
        if (to.isEnded()) {
            close(CloseReason.COMPLETED);
        } else if (calls.shutdownOutput(to.fd) < 0) {
            broken(to);
        } else {
            stayAwake();
        }
    }

    private void count(UringSide from, int received) {
        if (received > 0) {
            if (from.isClient) {
                movedToBackend(received);
            } else {
                movedToClient(received);
            }
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
        client.rest();
        side(backend).rest();
        return true;
    }

    private UringSide peer(UringSide side) {
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
        client.close(other != null && other.isSending());
        if (other != null) {
            other.close(client.isSending());
        }
    }
}
