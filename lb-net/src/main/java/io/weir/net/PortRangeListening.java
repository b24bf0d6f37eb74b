package io.weir.net;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Several ports that are opened, and closed, as one. Any thread but a loop. */
public final class PortRangeListening implements Listening {
    private final List<Listening> ports;

    private PortRangeListening(List<Listening> ports) {
        this.ports = List.copyOf(ports);
    }

    /** Opens one port. */
    @FunctionalInterface
    public interface Opener {
        Listening open(InetSocketAddress address) throws BindException;
    }

    /**
     * Opens all of some addresses, or none.
     *
     * @throws BindException of the first that cannot be opened
     */
    public static Listening open(List<InetSocketAddress> addresses, Opener opener) throws BindException {
        List<Listening> opened = new ArrayList<>(addresses.size());
        try {
            for (InetSocketAddress address : addresses) {
                opened.add(opener.open(address));
            }
        } catch (BindException failure) {
            opened.forEach(port -> port.stopAccepting().join());
            throw failure;
        }
        return opened.size() == 1 ? opened.getFirst() : new PortRangeListening(opened);
    }

    /** The first one's. */
    @Override
    public InetSocketAddress address() {
        return ports.getFirst().address();
    }

    @Override
    public void intercept() throws BindException {
        for (Listening port : ports) {
            port.intercept();
        }
    }

    @Override
    public CompletableFuture<Void> stopAccepting() {
        return CompletableFuture.allOf(ports.stream().map(Listening::stopAccepting).toArray(CompletableFuture[]::new));
    }

    @Override
    public long acceptPauses() {
        return ports.stream().mapToLong(Listening::acceptPauses).sum();
    }

    @Override
    public List<ListeningSocket> sockets() {
        return ports.stream().flatMap(port -> port.sockets().stream()).toList();
    }
}
