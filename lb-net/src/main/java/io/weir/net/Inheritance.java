package io.weir.net;

import io.weir.net.ListeningSocket.Kind;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Listening sockets that another process handed over, until the listeners that go on with them take them. A listener asks here before it
 * binds: what it takes is its own to close. Any thread.
 */
public final class Inheritance implements AutoCloseable {
    /** For connections that have begun and not come to a queue yet; a handshake takes a round trip, or a second more if a packet is lost. */
    static final Duration SETTLE = Duration.ofMillis(1500);

    private boolean beside;
    private final List<Piece> left = new ArrayList<>();

    /** A socket and the name of the listener that it was opened for. */
    private record Piece(String listener, ListeningSocket socket) {}

    public synchronized void add(String listener, ListeningSocket socket) {
        left.add(new Piece(listener, socket));
    }

    /** Takes the sockets that are bound to exactly this address; none: bind one. */
    public synchronized List<ListeningSocket> take(Kind kind, InetSocketAddress address) {
        List<ListeningSocket> taken = left.stream()
            .map(Piece::socket)
            .filter(socket -> socket.kind() == kind && socket.address().equals(address))
            .toList();
        left.removeIf(piece -> taken.contains(piece.socket()));
        return taken;
    }

    /** A listener opened sockets beside those that it was left. */
    synchronized void listensBeside() {
        beside = true;
    }

    /** How long the other process has to go on accepting once this one accepts. */
    public synchronized Duration settle() {
        return beside ? SETTLE : Duration.ZERO;
    }

    /** Where a listener is to listen that leaves the port to the kernel: where one of its name does already, else anywhere. */
    public synchronized InetSocketAddress placeOf(String listener, InetSocketAddress wanted) {
        if (wanted.getPort() != 0) {
            return wanted;
        }
        return left.stream()
            .filter(piece -> piece.listener().equals(listener))
            .map(piece -> piece.socket().address())
            .filter(address -> address.getAddress().equals(wanted.getAddress()))
            .findFirst()
            .orElse(wanted);
    }

    /** Closes what nobody wanted. */
    @Override
    public synchronized void close() {
        left.forEach(piece -> piece.socket().close());
        left.clear();
    }
}
