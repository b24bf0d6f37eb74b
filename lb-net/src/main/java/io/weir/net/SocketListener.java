package io.weir.net;

import io.weir.net.ListeningSocket.Kind;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;

/** A listening address with a {@link SocketAcceptor} a loop. Callable from any thread. */
final class SocketListener implements Listening {
    private final InetSocketAddress address;

    private final LongAdder acceptPauses = new LongAdder();

    private final List<Acceptor> acceptors = new ArrayList<>();

    /** An acceptor and the loop that it belongs to. */
    private record Acceptor(Loop loop, SocketAcceptor socket) {
        CompletableFuture<Void> stop() {
            return loop.run(socket::stop) ? socket.ended() : CompletableFuture.completedFuture(null);
        }
    }

    private SocketListener(InetSocketAddress address) {
        this.address = address;
    }

    /** @param onAcceptOf makes, on a loop, what takes that loop's connections of the address that was bound */
    static SocketListener open(
            EventLoops loops, InetSocketAddress wanted, int backlog,
            BiFunction<Loop, InetSocketAddress, AcceptedDescriptor> onAcceptOf)
            throws BindException {
        List<ListeningSocket> inherited = loops.inheritance().take(Kind.STREAM, wanted);
        if (!inherited.isEmpty()) {
            return goOn(loops, inherited, backlog, onAcceptOf);
        }
        try (PortReservation reservation = PortReservation.of(wanted)) {
            var listener = new SocketListener(reservation.address());
            for (Loop loop : loops.traffic()) {
                listener.addAcceptor(loop, listener.opening(loop, backlog), onAcceptOf);
            }
            return listener;
        }
    }

    /**
     * Goes on with sockets of another process, every one of them, for connections are queued there. Loops beyond their number get
     * sockets of their own beside them.
     */
    private static SocketListener goOn(
            EventLoops loops, List<ListeningSocket> inherited, int backlog,
            BiFunction<Loop, InetSocketAddress, AcceptedDescriptor> onAcceptOf)
            throws BindException {
        var listener = new SocketListener(inherited.getFirst().address());
        int workers = loops.traffic().size();
        try {
            for (int i = 0; i < Math.max(workers, inherited.size()); i++) {
                Loop loop = loops.traffic().get(i % workers);
                Opening opening = i < inherited.size() ? listener.adopting(loop, inherited.get(i)) : listener.opening(loop, backlog);
                listener.addAcceptor(loop, opening, onAcceptOf);
            }
        } catch (BindException failure) {
            inherited.stream().skip(listener.acceptors.size()).forEach(ListeningSocket::close);
            throw failure;
        }
        return listener;
    }

    /** Makes an acceptor, on its loop. */
    @FunctionalInterface
    private interface Opening {
        SocketAcceptor open(AcceptedDescriptor onAccept) throws IOException;
    }

    private Opening opening(Loop loop, int backlog) {
        return onAccept -> SocketAcceptor.open(loop.relays(), address, backlog, acceptPauses, onAccept);
    }

    private Opening adopting(Loop loop, ListeningSocket socket) {
        return onAccept -> SocketAcceptor.adopt(loop.relays(), socket, acceptPauses, onAccept);
    }

    private void addAcceptor(Loop loop, Opening opening, BiFunction<Loop, InetSocketAddress, AcceptedDescriptor> onAcceptOf)
            throws BindException {
        var opened = loop.eventLoop().submit(() -> opening.open(onAcceptOf.apply(loop, address))).awaitUninterruptibly();
        Throwable failure = opened.cause();
        if (failure != null) {
            stopAccepting().join();
            throw PortReservation.failed(address, failure);
        }
        acceptors.add(new Acceptor(loop, opened.getNow()));
    }

    @Override
    public void intercept() throws BindException {
        for (Acceptor acceptor : acceptors) {
            int result = acceptor.loop.eventLoop().submit(acceptor.socket::intercept).awaitUninterruptibly().getNow();
            if (result < 0) {
                throw PortReservation.failed(address, new IOException(SocketCalls.text(result)));
            }
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public CompletableFuture<Void> stopAccepting() {
        return CompletableFuture.allOf(
                acceptors.stream().map(Acceptor::stop).toArray(CompletableFuture[]::new));
    }

    @Override
    public List<ListeningSocket> sockets() {
        return acceptors.stream()
            .map(acceptor -> new ListeningSocket(Kind.STREAM, address, acceptor.loop().index(), acceptor.socket().descriptor()))
            .toList();
    }

    @Override
    public long acceptPauses() {
        return acceptPauses.sum();
    }
}
