package io.weir.daemon.takeover;

import io.weir.core.affinity.AffinityBatch;
import io.weir.core.health.KnownMember;
import io.weir.core.health.KnownPool;
import io.weir.net.Inheritance;
import io.weir.net.ListeningSocket;
import io.weir.net.MessageSocket;
import io.weir.net.tls.TicketKeys;
import io.weir.net.udp.HandedFlow;
import io.weir.net.udp.HandedPort;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process whose place this one takes, and what it left. Closing it before {@link #replace} lets the other one go on as before. For the
 * thread that starts the daemon.
 */
public final class Predecessor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Predecessor.class);
    /** For one answer; writing and letting go of the state folder may wait for a disk. */
    private static final Duration STEP = Duration.ofSeconds(20);

    private final MessageSocket socket;
    private final Wire wire;
    private final long pid;
    private final Inheritance inheritance = new Inheritance();
    private final Map<String, KnownPool> poolByName = new LinkedHashMap<>();
    private final Map<String, List<KnownMember>> membersByPool = new LinkedHashMap<>();
    private List<String> ticketKeys = List.of();
    private final List<AffinityBatch> affinity = new ArrayList<>();
    private boolean closed;

    private Predecessor(MessageSocket socket) throws IOException {
        this.socket = socket;
        this.wire = new Wire(socket);
        this.pid = socket.peer().pid();
    }

    /**
     * Asks the daemon of a state folder for all that it has. When this returns, the state folder may be locked.
     *
     * @throws IOException if there is none, or it refuses; the message says so
     */
    public static Predecessor ask(Path state, String version) throws IOException {
        MessageSocket socket = connect(HandOver.place(state));
        try {
            socket.timeout(STEP);
            var predecessor = new Predecessor(socket);
            predecessor.wire.send(new Message.Hello(Message.PROTOCOL, version));
            predecessor.receiveAll();
            return predecessor;
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    private static MessageSocket connect(Path place) throws IOException {
        try {
            return MessageSocket.connect(place.toRealPath());
        } catch (IOException nobody) {
            throw new IOException("no daemon waits at " + place + " to be taken over; start without --take-over", nobody);
        }
    }

    private void receiveAll() throws IOException {
        try {
            while (true) {
                Wire.Received received = wire.receive().orElseThrow(() -> new IOException("process " + pid + " hung up"));
                switch (received.message()) {
                    case Message.Welcome _ -> {
                    }
                    case Message.Socket(var listener, var kind, var address, var loop, var name) -> inheritance.add(listener,
                            new ListeningSocket(kind, address, loop, name, received.descriptor()
                                .orElseThrow(() -> new IOException("a socket of " + listener + " came without descriptor"))));
                    case Message.PoolHealth(var known) -> poolByName.put(known.pool(), known);
                    case Message.MemberHealth(var pool, var known) ->
                        membersByPool.computeIfAbsent(pool, _ -> new ArrayList<>()).add(known);
                    case Message.Affinity(var batch) -> affinity.add(batch);
                    case Message.Complete(var keys) -> {
                        ticketKeys = keys;
                        return;
                    }
                    case Message.Refused(var reason) -> throw new IOException("process " + pid + " is not to be taken over: " + reason);
                    case Message.Hello _,Message.Serving _,Message.Port _,Message.Flows _,Message.Yours _ ->
                        throw new IOException("process " + pid + " said " + received.message());
                }
            }
        } catch (IOException failure) {
            inheritance.close();
            throw failure;
        }
    }

    public long pid() {
        return pid;
    }

    /** The sockets that listeners go on with. */
    public Inheritance inheritance() {
        return inheritance;
    }

    /** Where its clients stayed when it was asked; the caller's. */
    public List<AffinityBatch> affinity() {
        List<AffinityBatch> handed = List.copyOf(affinity);
        affinity.clear();
        return handed;
    }

    /** What it knew of its backends. */
    public List<KnownPool> health() {
        return poolByName.values()
            .stream()
            .map(pool -> pool.withMembers(membersByPool.getOrDefault(pool.pool(), List.of())))
            .toList();
    }

    /**
     * What seals the sessions of TLS clients from now on: a key of this process's own, and those of the other one for sessions that are open. Each process
     * has its own, so that keys change with every take-over, however often there is one.
     */
    public TicketKeys ticketKeys() {
        return ticketKeys.isEmpty() ? TicketKeys.random() : TicketKeys.ofBase64(ticketKeys).rotated();
    }

    /**
     * This process serves: the other one ends. One that died meanwhile has ended already.
     *
     * @param settle how long the other one goes on accepting
     * @return the flows of datagrams that it had, with their ports: the caller's to close
     * @throws IOException if it does not give up: it goes on, and this process must not
     */
    public List<HandedPort> replace(Duration settle) throws IOException {
        say(new Message.Serving(settle));
        Ports ports = new Ports();
        for (Wire.Received last = answer(); last != null && !(last.message() instanceof Message.Yours); last = answer()) {
            try {
                ports.take(pid, last);
            } catch (IOException refused) {
                ports.handed().forEach(HandedPort::close);
                throw refused;
            }
        }
        close();
        return ports.handed();
    }

    /** The ports that came, each with the flows that came after it. */
    private static final class Ports {
        private record Begun(int loop, boolean inet6, int descriptor, List<HandedFlow> flows) {}

        private final List<Begun> begun = new ArrayList<>();

        void take(long pid, Wire.Received received) throws IOException {
            switch (received.message()) {
                case Message.Port(var loop, var inet6) -> begun.add(new Begun(loop, inet6,
                        received.descriptor().orElseThrow(() -> new IOException("a port came without descriptor")), new ArrayList<>()));
                case Message.Flows(var flows) -> begun.getLast().flows().addAll(flows);
                case Message.Refused(var reason) -> throw new IOException("process " + pid + " goes on: " + reason);
                case Message other -> throw new IOException("process " + pid + " said " + other);
            }
        }

        List<HandedPort> handed() {
            return begun.stream().map(port -> new HandedPort(port.loop(), port.inet6(), port.descriptor(), port.flows())).toList();
        }
    }

    /** What the other one has said before it went is still to be heard. */
    private void say(Message message) {
        try {
            wire.send(message);
        } catch (IOException gone) {
            LOG.debug("process {} is gone", pid, gone);
        }
    }

    private Wire.@Nullable Received answer() throws IOException {
        try {
            return wire.receive().orElse(null);
        } catch (SocketTimeoutException silent) {
            throw new IOException("process " + pid + " does not answer", silent);
        } catch (IOException dead) {
            LOG.warn("process {} ended in the middle of the hand-over: {}", pid, dead.getMessage());
            return null;
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            inheritance.close();
            socket.close();
        }
    }
}
