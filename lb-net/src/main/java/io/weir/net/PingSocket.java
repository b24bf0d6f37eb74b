package io.weir.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Sends ICMP echo requests and hears their replies over one unprivileged ping socket (icmp(7), {@code net.ipv4.ping_group_range}). Its owner
 * opens, sends and closes on one thread; replies come on a thread of the socket's own. The kernel writes the identifier and the checksum, and
 * gives a socket only the replies to its own requests.
 */
public final class PingSocket implements AutoCloseable {
    private static final byte ECHO_REQUEST = 8;

    private static final byte ECHO_REPLY = 0;

    private static final byte ECHO_REQUEST_6 = (byte) 128;

    private static final byte ECHO_REPLY_6 = (byte) 129;

    private static final long SEQUENCE = 6;

    private static final long WORD = 8;

    private static final int BYTES = 16;

    private static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int EADDRNOTAVAIL = -99;

    private final int fd;

    private final boolean inet6;

    private final SocketCalls calls;

    private final MemorySegment request;

    private final Thread receiver;

    private volatile boolean closed;

    /** Who is told of replies, on the socket's own thread. */
    @FunctionalInterface
    public interface Replies {
        /** The member has answered the request with this sequence number and word. */
        void replied(short sequence, long word);
    }

    /** The host does not let this process have ping sockets. */
    public static final class NotPermitted extends IOException {
        private static final long serialVersionUID = 1;

        NotPermitted() {
            super("this process may not open ping sockets: the host's net.ipv4.ping_group_range holds none of its groups");
        }
    }

    private PingSocket(int fd, boolean inet6, SocketCalls calls, Replies replies) {
        this.fd = fd;
        this.inet6 = inet6;
        this.calls = calls;
        this.request = Arena.ofAuto().allocate(BYTES, Long.BYTES);
        this.receiver = Thread.ofPlatform().daemon().name("ping").unstarted(() -> receive(replies));
    }

    /** @param peer any address of the family that will be asked */
    public static PingSocket open(InetAddress peer, Optional<InetAddress> source, Replies replies) throws IOException {
        var calls = new SocketCalls(Arena.ofAuto());
        boolean inet6 = peer instanceof Inet6Address;
        int fd = checked(calls.pingSocket(inet6));
        if (source.isPresent()) {
            int bound = calls.bind(fd, new InetSocketAddress(source.get(), 0));
            if (bound < 0) {
                int _ = calls.close(fd);
                checked(bound);
            }
        }
        PingSocket socket = new PingSocket(fd, inet6, calls, replies);
        socket.receiver.start();
        return socket;
    }

    /** Why this process cannot send echo requests; empty if it can. Any thread. */
    public static Optional<String> unavailable() {
        var calls = new SocketCalls(Arena.ofAuto());
        try {
            int _ = calls.close(checked(calls.pingSocket(false)));
            return Optional.empty();
        } catch (IOException refused) {
            return Optional.ofNullable(refused.getMessage());
        }
    }

    /**
     * Sends one request; never waits.
     *
     * @throws IOException if the host knows no way to the peer, or has no room
     */
    public void send(InetAddress peer, short sequence, long word) throws IOException {
        request.fill((byte) 0);
        request.set(JAVA_BYTE, 0, inet6 ? ECHO_REQUEST_6 : ECHO_REQUEST);
        request.set(NETWORK_SHORT, SEQUENCE, sequence);
        request.set(JAVA_LONG, WORD, word);
        checked(calls.sendTo(fd, request.address(), BYTES, new InetSocketAddress(peer, 0)));
    }

    private static int checked(int result) throws IOException {
        if (result >= 0) {
            return result;
        }
        throw switch (result) {
            case SocketCalls.EACCES -> new NotPermitted();
            case SocketCalls.ENETUNREACH, SocketCalls.EHOSTUNREACH -> new NoRouteToHostException("no route to host");
            case EADDRNOTAVAIL -> new IOException("cannot assign requested address");
            case SocketCalls.ENOBUFS, SocketCalls.ENOMEM, SocketCalls.EAGAIN -> new IOException("no buffer space");
            default -> new IOException(SocketCalls.text(result));
        };
    }

    private void receive(Replies replies) {
        try (Arena arena = Arena.ofConfined()) {
            var own = new SocketCalls(arena);
            MemorySegment answer = arena.allocate(BYTES, Long.BYTES);
            while (!closed) {
                int received = own.receive(fd, answer.address(), BYTES);
                if (received == BYTES && answer.get(JAVA_BYTE, 0) == (inet6 ? ECHO_REPLY_6 : ECHO_REPLY)) {
                    replies.replied(answer.get(NETWORK_SHORT, SEQUENCE), answer.get(JAVA_LONG, WORD));
                }
            }
            int _ = own.close(fd);
        }
    }

    /** Stops listening, within a second. */
    @Override
    public void close() {
        closed = true;
    }
}
