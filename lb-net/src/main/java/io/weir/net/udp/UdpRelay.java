package io.weir.net.udp;

import io.weir.net.EventLoops;
import io.weir.net.Loop;
import io.weir.net.LoopLocal;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** Relays datagrams on the traffic loops of a process. Callable from any thread but a loop. */
public final class UdpRelay {
    private final EventLoops loops;

    private final LoopLocal<UdpLoop> shared;

    private final Queue<UdpLoop> made = new ConcurrentLinkedQueue<>();

    public UdpRelay(EventLoops loops) {
        this.loops = loops;
        this.shared = new LoopLocal<>(loops, this::make);
    }

    private UdpLoop make(Loop loop) {
        UdpLoop fresh = switch (loops.transport()) {
            case EPOLL, IO_URING -> new NativeUdpLoop(loop);
            case NIO -> new ChannelUdpLoop(loop, loops.transport());
        };
        made.add(fresh);
        return fresh;
    }

    /**
     * Listens, and returns when every loop does.
     *
     * @param policyByLoop makes the policy of a loop, on that loop
     * @throws BindException if nothing listens; the message has the address and the cause
     */
    public UdpListening open(InetSocketAddress wanted, Function<Loop, FlowPolicy> policyByLoop) throws BindException {
        try (UdpPortReservation reservation = UdpPortReservation.of(wanted)) {
            List<FlowDoor> doors = new ArrayList<>();
            for (Loop loop : loops.traffic()) {
                Callable<FlowDoor> opening = () -> door(shared.get(loop), reservation.address(), policyByLoop.apply(loop));
                var opened = loop.eventLoop().submit(opening).awaitUninterruptibly();
                if (opened.cause() != null) {
                    new UdpListening(reservation.address(), doors).cut().join();
                    throw UdpPortReservation.failed(wanted, opened.cause());
                }
                doors.add(opened.getNow());
            }
            return new UdpListening(reservation.address(), doors);
        }
    }

    private static FlowDoor door(UdpLoop loop, InetSocketAddress address, FlowPolicy policy) throws IOException {
        return loop instanceof NativeUdpLoop below
                ? NativeDoor.open(below, address, policy)
                : ChannelDoor.open((ChannelUdpLoop) loop, address, policy);
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
