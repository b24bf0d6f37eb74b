package io.weir.net;

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
        try (PortReservation reservation = PortReservation.of(wanted)) {
            var listener = new SocketListener(reservation.address());
            for (Loop loop : loops.traffic()) {
                listener.addAcceptor(loop, backlog, onAcceptOf);
            }
            return listener;
        }
    }

    private void addAcceptor(Loop loop, int backlog, BiFunction<Loop, InetSocketAddress, AcceptedDescriptor> onAcceptOf)
            throws BindException {
        var opened = loop.eventLoop()
            .submit(() -> SocketAcceptor.open(
                    loop.relays(), address, backlog, acceptPauses, onAcceptOf.apply(loop, address)))
            .awaitUninterruptibly();
        Throwable failure = opened.cause();
        if (failure != null) {
            stopAccepting().join();
            throw PortReservation.failed(address, failure);
        }
        acceptors.add(new Acceptor(loop, opened.getNow()));
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
    public long acceptPauses() {
        return acceptPauses.sum();
    }
}
