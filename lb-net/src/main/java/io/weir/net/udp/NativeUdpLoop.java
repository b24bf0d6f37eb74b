package io.weir.net.udp;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.net.DescriptorReserve;
import io.weir.net.Loop;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Moves datagrams by system calls of many datagrams each, with nothing between them and the kernel but the memory that
 * they were received into. Confined to its loop. What clients sent goes on to the backends batch by batch; answers are
 * collected over all ports and go out at the end of the loop's turn.
 */
final class NativeUdpLoop extends UdpLoop implements SendBatch.Failures {
    private static final int SLOTS = 64;

    /** Received from one port at a time, and so the room that must be left. */
    private static final int PORT_SLOTS = 32;

    private static final int ERROR_SLOTS = 16;

    /** More than an ICMP message brings back. */
    private static final int ERROR_BYTES = 2 << 10;

    private static final byte[] NO_HEADER = {};

    private final DatagramCalls calls;

    private final ReceiveBatch questions;

    private final ReceiveBatch answers;

    private final ReceiveBatch errors;

    private final SendBatch out;

    private final SendBatch again;

    private final Peer peer = new Peer();

    private final Peer asked = new Peer();

    private final @Nullable NativePort[] touched = new NativePort[SLOTS];

    private int touchedCount;

    private int collected;

    private boolean flushScheduled;

    private final Runnable flush = this::flushAnswers;

    private final List<NativeDoor> doors = new ArrayList<>();

    private boolean paused;

    /** Whose datagrams are being sent; null while answers are. */
    private @Nullable NativePort sending;

    /** @param paused whether it leaves what comes in the sockets until {@link #goOn} */
    NativeUdpLoop(Loop loop, boolean paused) {
        super(loop);
        this.paused = paused;
        Arena arena = Arena.ofAuto();
        calls = new DatagramCalls(arena);
        questions = new ReceiveBatch(arena, SLOTS, ReceiveBatch.WHOLE);
        answers = new ReceiveBatch(arena, SLOTS, ReceiveBatch.WHOLE);
        errors = new ReceiveBatch(arena, ERROR_SLOTS, ERROR_BYTES);
        out = new SendBatch(arena);
        again = new SendBatch(arena);
    }

    DatagramCalls calls() {
        return calls;
    }

    void add(NativeDoor door) {
        doors.add(door);
    }

    void remove(NativeDoor door) {
        doors.remove(door);
    }

    /** Whether what comes stays in the sockets. */
    boolean isPaused() {
        return paused;
    }

    /** Leaves what comes in the sockets from now on, and answers what another process needs to go on with them. */
    List<HandedPort> handOver() {
        paused = true;
        Map<NativePort, List<HandedFlow>> flowsByPort = new LinkedHashMap<>();
        for (NativeDoor door : doors) {
            if (!door.isClosing()) {
                door.forEach(flow -> {
                    HandedFlow handed = flow.handed(door.fd());
                    if (handed != null && flow.port() instanceof NativePort port) {
                        flowsByPort.computeIfAbsent(port, _ -> new ArrayList<>()).add(handed);
                    }
                });
            }
        }
        List<HandedPort> ports = new ArrayList<>(flowsByPort.size());
        flowsByPort.forEach((port, flows) -> ports.add(new HandedPort(loop().index(), port.ports().inet6(), port.fd(), flows)));
        return ports;
    }

    /** Another process has what {@link #handOver} answered: nothing of it is left here, and no port either. */
    void letGo() {
        for (NativeDoor door : List.copyOf(doors)) {
            if (door.isClosing()) {
                door.cut();
            } else {
                door.forEach(UdpFlow::letGo);
            }
        }
        closePorts();
    }

    /** Goes on with the flows and ports of another process, and with what has come meanwhile; answers how many flows are forgotten. */
    int goOn(List<HandedPort> handed) {
        int forgotten = 0;
        for (HandedPort its : handed) {
            UpstreamPorts ports = ports(its.inet6());
            UpstreamPort port = ports.adopt(index -> new NativePort(this, ports, index, its.descriptor()));
            for (HandedFlow flow : its.flows()) {
                NativeDoor door = door(flow.door());
                forgotten += door != null && door.goOn(flow, port) ? 0 : 1;
            }
        }
        paused = false;
        doors.forEach(NativeDoor::receive);
        forEachPort(port -> ((NativePort) port).receive());
        return forgotten;
    }

    private @Nullable NativeDoor door(int name) {
        for (NativeDoor door : doors) {
            if (door.name() == name) {
                return door;
            }
        }
        return null;
    }

    @Override
    @Nullable
    UpstreamPort open(UpstreamPorts ports, int index) {
        int fd = calls.upstreamSocket(ports.inet6());
        if (fd >= 0 && DescriptorReserve.holds(fd)) {
            calls.close(fd);
            return null;
        }
        return fd < 0 ? null : new NativePort(this, ports, index, fd);
    }

    /** Moves one batch from clients to backends; whether there may be more. */
    boolean receiveFromClients(NativeDoor door) {
        if (door.isToReadHeadersAnew()) {
            calls.join(door.fd(), !door.readsHeaders());
        }
        int received = questions.receive(calls, door.fd(), 0, SLOTS);
        for (int slot = 0; slot < received; slot++) {
            take(door, slot);
        }
        for (int i = 0; i < touchedCount; i++) {
            sendTouched(Objects.requireNonNull(touched[i]));
            touched[i] = null;
        }
        touchedCount = 0;
        return received == SLOTS;
    }

    private void take(NativeDoor door, int slot) {
        questions.readSender(slot, peer);
        questions.readControl(slot, asked);
        if (!door.tellsAsked()) {
            asked.clear();
        }
        UdpFlow flow = flow(door, slot);
        if (flow != null && flow.port() instanceof NativePort port) {
            int datagrams = questions.datagrams(slot);
            int bytes = questions.length(slot);
            if (!flow.hasRoom(true, datagrams, bytes)) {
                return;
            }
            door.counters().datagramsToBackends().add(datagrams);
            door.counters().traffic().bytesToBackends().add(bytes);
            flow.sent(datagrams, bytes);
            questions.flows[slot] = flow;
            chain(port, slot);
        }
    }

    /** Whose a datagram is; null: it is dropped, and counted. */
    private @Nullable UdpFlow flow(NativeDoor door, int slot) {
        NamedClient named = null;
        if (door.mustSendHeader(peer)) {
            FlowDoor.Preface preface = door.preface(questions.bytes(slot).asByteBuffer(), peer);
            if (preface == null) {
                return null;
            }
            questions.skip(slot, preface.bytes());
            named = preface.named();
        }
        UdpFlow flow = door.find(peer, asked, named);
        return flow == null ? door.admit(peer, asked, named, questions.bytes(slot)) : flow;
    }

    private void chain(NativePort port, int slot) {
        if (port.firstSlot < 0) {
            port.firstSlot = slot;
            touched[touchedCount++] = port;
        } else {
            questions.next[port.lastSlot] = slot;
        }
        port.lastSlot = slot;
        questions.next[slot] = -1;
    }

    private void sendTouched(NativePort port) {
        sending = port;
        out.begin(true);
        for (int slot = port.firstSlot; slot >= 0; slot = questions.next[slot]) {
            UdpFlow flow = Objects.requireNonNull(questions.flows[slot]);
            if (flow.port() != port) {
                flow.door().counters().drops(Drop.UNSENDABLE).add(questions.datagrams(slot)); // it has moved or ended meanwhile
                continue;
            }
            if (!out.hasRoom(questions.datagrams(slot), flow.header().length)) {
                out.send(calls, port.fd(), this);
            }
            questions.forward(slot, flow, flow.header(), out);
        }
        port.firstSlot = -1;
        out.send(calls, port.fd(), this);
        sending = null;
    }

    /** Collects what backends have answered to a port; whether there may be more. */
    boolean receiveFromBackends(NativePort port) {
        if (SLOTS - collected < PORT_SLOTS) {
            flushAnswers();
        }
        int received = answers.receive(calls, port.fd(), collected, PORT_SLOTS);
        if (received < 0) {
            return received != DatagramCalls.EAGAIN && takeErrors(port);
        }
        int end = collected + received;
        for (int slot = collected; slot < end; slot++) {
            collect(port, slot);
        }
        collected = end;
        if (!flushScheduled) {
            flushScheduled = true;
            loop().eventLoop().execute(flush);
        }
        return received == PORT_SLOTS;
    }

    private void collect(NativePort port, int slot) {
        answers.readSender(slot, peer);
        answers.readControl(slot, asked);
        Lane lane = port.ports().lane(peer);
        UdpFlow flow = lane == null ? null : lane.flow(port.index());
        if (flow == null) {
            stranger();
            return;
        }
        int datagrams = answers.datagrams(slot);
        int bytes = answers.length(slot);
        if (!flow.hasRoom(false, datagrams, bytes)) {
            return;
        }
        UdpCounters counters = flow.door().counters();
        counters.datagramsToClients().add(datagrams);
        counters.traffic().bytesToClients().add(bytes);
        answers.flows[slot] = flow;
        if (flow.hears()) {
            flow.heard(answers.bytes(slot));
        }
        flow.replied(datagrams, bytes);
    }

    /** Sends the answers that were collected. */
    void flushAnswers() {
        flushScheduled = false;
        NativeDoor door = null;
        out.begin(false);
        for (int slot = 0; slot < collected; slot++) {
            UdpFlow flow = answers.flows[slot];
            answers.flows[slot] = null;
            if (flow == null || !(flow.door() instanceof NativeDoor own) || !own.isOpen()) {
                continue;
            }
            if (door != null && (door != own || !out.hasRoom(answers.datagrams(slot), 0))) {
                out.send(calls, door.fd(), this);
            }
            door = own;
            answers.forward(slot, flow, NO_HEADER, out);
        }
        collected = 0;
        if (door != null) {
            out.send(calls, door.fd(), this);
        }
    }

    /** Takes the datagrams that came back to a port; whether there were any. */
    boolean takeErrors(NativePort port) {
        int taken = errors.receiveErrors(calls, port.fd());
        for (int slot = 0; slot < taken; slot++) {
            errors.readSender(slot, peer);
            errors.readControl(slot, asked);
            Lane lane = port.ports().lane(peer);
            UdpFlow flow = lane == null ? null : lane.flow(port.index());
            if (flow != null) {
                cameBack(flow, slot);
            }
        }
        return taken > 0;
    }

    private void cameBack(UdpFlow flow, int slot) {
        ConnectFailure failure = failure(-errors.errno());
        if (failure == ConnectFailure.OTHER) {
            return; // of the path's MTU, such as: the kernel has taken note
        }
        int bytes = errors.length(slot);
        boolean whole = bytes == flow.lastBytes();
        if (flow.cameBack(failure) && whole && flow.port() instanceof NativePort other) {
            again.begin(true);
            again.add(flow, NO_HEADER, errors.payload(slot), bytes);
            again.send(calls, other.fd(), new Unsent());
        } else {
            flow.door().counters().drops(Drop.CAME_BACK).increment();
        }
    }

    private static ConnectFailure failure(int error) {
        return switch (error) {
            case DatagramCalls.ECONNREFUSED -> ConnectFailure.REFUSED;
            case DatagramCalls.ENETUNREACH, DatagramCalls.EHOSTUNREACH -> ConnectFailure.UNREACHABLE;
            default -> ConnectFailure.OTHER;
        };
    }

    @Override
    public void cameBack() {
        NativePort port = sending;
        if (port != null) {
            takeErrors(port);
        }
    }

    @Override
    public void failed(UdpFlow flow, int datagrams, int error) {
        UdpCounters counters = flow.door().counters();
        if (error == DatagramCalls.EAGAIN) {
            counters.drops(sending == null ? Drop.CLIENT_BUSY : Drop.BACKEND_BUSY).add(datagrams);
            return;
        }
        counters.drops(Drop.UNSENDABLE).add(datagrams);
        if (sending != null && flow.port() == sending && failure(error) != ConnectFailure.OTHER) {
            flow.cameBack(failure(error));
        }
    }

    /** A datagram that came back and could not be sent again either. */
    private static final class Unsent implements SendBatch.Failures {
        @Override
        public void cameBack() {
            // Taken when the port is ready next.
        }

        @Override
        public void failed(UdpFlow flow, int datagrams, int error) {
            flow.door().counters().drops(Drop.CAME_BACK).add(datagrams);
        }
    }
}
