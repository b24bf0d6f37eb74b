package io.weir.net.udp;

import io.weir.net.EventLoops;
import io.weir.net.ListeningSocket;
import io.weir.net.ListeningSocket.Kind;
import io.weir.net.Loop;
import io.weir.net.LoopLocal;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** Relays datagrams on the traffic loops of a process. Callable from any thread but a loop. */
public final class UdpRelay {
    private final EventLoops loops;

    private final LoopLocal<UdpLoop> shared;

    private final Queue<UdpLoop> made = new ConcurrentLinkedQueue<>();

    /** Another process has the flows of this one's sockets still. */
    private volatile boolean awaitsFlows;

    public UdpRelay(EventLoops loops) {
        this.loops = loops;
        this.shared = new LoopLocal<>(loops, this::make);
    }

    private UdpLoop make(Loop loop) {
        UdpLoop fresh = switch (loops.transport()) {
            case EPOLL, IO_URING -> new NativeUdpLoop(loop, awaitsFlows);
            case NIO -> new ChannelUdpLoop(loop, loops.transport());
        };
        made.add(fresh);
        return fresh;
    }

    /**
     * Listens on all of some addresses, and returns when every loop does; or on none. Goes on with the sockets of another process where
     * that has left some for an address.
     *
     * @param policyByLoop makes the policy of a loop, on that loop
     * @throws BindException if nothing listens; the message has the address and the cause
     */
    public UdpListening open(List<InetSocketAddress> wanted, Function<Loop, FlowPolicy> policyByLoop) throws BindException {
        List<FlowDoor> doors = new ArrayList<>();
        try {
            for (InetSocketAddress address : wanted) {
                List<ListeningSocket> inherited = loops.inheritance().take(Kind.DATAGRAM, address);
                if (inherited.isEmpty()) {
                    listen(address, policyByLoop, doors);
                } else {
                    adopt(inherited, policyByLoop, doors);
                }
            }
            return new UdpListening(doors.getFirst().address(), doors);
        } catch (BindException failure) {
            if (!doors.isEmpty()) {
                new UdpListening(wanted.getFirst(), doors).cut().join();
            }
            throw failure;
        }
    }

    private void listen(InetSocketAddress wanted, Function<Loop, FlowPolicy> policyByLoop, List<FlowDoor> doors) throws BindException {
        try (UdpPortReservation reservation = UdpPortReservation.of(wanted)) {
            for (Loop loop : loops.traffic()) {
                doors.add(on(loop, wanted, () -> door(shared.get(loop), reservation.address(), policyByLoop.apply(loop))));
            }
        }
    }

    /**
     * No socket joins them: the kernel would give datagrams of flows to others than before. Those of one loop stay together, for their
     * flows share ports.
     */
    private void adopt(List<ListeningSocket> inherited, Function<Loop, FlowPolicy> policyByLoop, List<FlowDoor> doors)
            throws BindException {
        for (ListeningSocket socket : inherited) {
            Loop loop = placeOf(socket.loop());
            doors.add(on(loop, socket.address(),
                    () -> NativeDoor.adopt((NativeUdpLoop) shared.get(loop), socket, policyByLoop.apply(loop))));
        }
    }

    /** Who serves here what that loop of another process served. */
    private Loop placeOf(int loop) {
        return loops.traffic().get(loop % loops.traffic().size());
    }

    private static FlowDoor on(Loop loop, InetSocketAddress address, Callable<FlowDoor> opening) throws BindException {
        var opened = loop.eventLoop().submit(opening).awaitUninterruptibly();
        Throwable failure = opened.cause();
        if (failure != null) {
            throw UdpPortReservation.failed(address, failure);
        }
        return opened.getNow();
    }

    private static FlowDoor door(UdpLoop loop, InetSocketAddress address, FlowPolicy policy) throws IOException {
        return loop instanceof NativeUdpLoop below
                ? NativeDoor.open(below, address, policy)
                : ChannelDoor.open((ChannelUdpLoop) loop, address, policy);
    }

    /** Leaves what comes in the sockets until {@link #goOn}; before anything is opened. */
    public void awaitFlows() {
        awaitsFlows = true;
    }

    /**
     * Goes on with what another process has handed over, which may be nothing, and takes what has come meanwhile.
     *
     * @return flows that were forgotten: their next datagram begins another
     */
    public int goOn(List<HandedPort> handed) {
        awaitsFlows = false;
        int forgotten = 0;
        for (Loop loop : loops.traffic()) {
            List<HandedPort> its = handed.stream().filter(port -> placeOf(port.loop()).equals(loop)).toList();
            forgotten += ask(loop, below -> below.goOn(its), 0);
        }
        return forgotten;
    }

    /** Reads no datagram any more and answers what another process needs to go on; {@link #goOn} with nothing takes it back. */
    public List<HandedPort> handOver() {
        List<HandedPort> ports = new ArrayList<>();
        for (Loop loop : loops.traffic()) {
            ports.addAll(ask(loop, NativeUdpLoop::handOver, List.of()));
        }
        return ports;
    }

    /** Another process goes on with what {@link #handOver} answered. */
    public void letGo() {
        for (Loop loop : loops.traffic()) {
            var _ = ask(loop, below -> {
                below.letGo();
                return true;
            }, false);
        }
    }

    /** Lets the loop answer; {@code otherwise} where there is nothing to ask, or no loop any more. */
    private <T> T ask(Loop loop, Function<NativeUdpLoop, T> question, T otherwise) {
        var asked = new CompletableFuture<T>();
        boolean runs = loop.run(() -> {
            try {
                asked.complete(shared.get(loop) instanceof NativeUdpLoop below ? question.apply(below) : otherwise);
            } catch (RuntimeException brokenPromise) {
                asked.completeExceptionally(brokenPromise);
            }
        });
        return runs ? asked.join() : otherwise;
    }

    /** Sockets towards backends, as of now. */
    public int openPorts() {
        return made.stream().mapToInt(UdpLoop::openPorts).sum();
    }

    /** Datagrams that came to sockets towards backends and belonged to no flow. */
    public long strangers() {
        return made.stream().mapToLong(UdpLoop::strangers).sum();
    }
}
