package io.weir.net.udp;

import io.weir.net.ListeningSocket;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** An address that takes datagrams, on a socket a loop. Callable from any thread. */
public final class UdpListening {
    private final InetSocketAddress address;

    private final List<FlowDoor> doors;

    /** @param address the first one of several */
    UdpListening(InetSocketAddress address, List<FlowDoor> doors) {
        this.address = address;
        this.doors = List.copyOf(doors);
    }

    /** The address with the port that was bound, also when port 0 was asked for. */
    public InetSocketAddress address() {
        return address;
    }

    /** Its sockets, to be handed to another process; none where the transport keeps them to itself. They are open while it admits. */
    public List<ListeningSocket> sockets() {
        return doors.stream().filter(NativeDoor.class::isInstance).map(door -> ((NativeDoor) door).listening()).toList();
    }

    /** What each loop has counted. */
    public List<UdpCounters> counters() {
        return doors.stream().map(FlowDoor::counters).toList();
    }

    /**
     * Begins no flow any more; flows go on until they have been silent for a few seconds. Its sockets stay open until then,
     * and so the address is free later. The result completes when all loops know.
     */
    public CompletableFuture<Void> stopAdmitting() {
        return onEach(FlowDoor::close);
    }

    /** Ends all flows and gives the address back; the result completes when that is done. */
    public CompletableFuture<Void> cut() {
        return onEach(FlowDoor::cut).thenCompose(_ -> ended());
    }

    /** Completes when no flow is left after {@link #stopAdmitting} or {@link #cut}, and the address is free. */
    public CompletableFuture<Void> ended() {
        return CompletableFuture.allOf(doors.stream().map(FlowDoor::ended).toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> onEach(Consumer<FlowDoor> what) {
        return CompletableFuture.allOf(doors.stream().map(door -> {
            var done = new CompletableFuture<Void>();
            boolean runs = door.shared().loop().run(() -> {
                what.accept(door);
                done.complete(null);
            });
            if (!runs) { // the loop has ended, and what it held with it
                door.ended().complete(null);
                done.complete(null);
            }
            return done;
        }).toArray(CompletableFuture[]::new));
    }
}
