package io.weir.daemon.takeover;

import io.weir.core.affinity.AffinityBatch;
import io.weir.core.health.KnownMember;
import io.weir.core.health.KnownPool;
import io.weir.daemon.control.DoorSocket;
import io.weir.net.MessageSocket;
import io.weir.net.MessageSocket.Peer;
import io.weir.net.udp.HandedPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits on a socket in the state folder for a process that wants to take this one's place, and hands it what it needs. One at a time, on a
 * thread of its own. Until the other one serves, this one has lost nothing: whatever goes wrong, it goes on. {@link #close} may be called by
 * any thread.
 */
public final class HandOver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);
    /** For one message. */
    private static final Duration STEP = Duration.ofSeconds(10);
    /** For the other process to start, with everything that it needs in hand. */
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** In one message: each takes less than 900 bytes. */
    private static final int FLOWS = 70;
    private static final Duration END = Duration.ofSeconds(5);

    private final Path place;
    private final String version;
    private final Owner owner;
    private final MessageSocket socket;
    private final Thread thread;
    private @Nullable MessageSocket visitor;
    private volatile boolean closed;
    private volatile boolean replaced;

    private HandOver(Path place, String version, Owner owner, MessageSocket socket) {
        this.place = place;
        this.version = version;
        this.owner = owner;
        this.socket = socket;
        this.thread = Thread.ofPlatform().name("hand-over").daemon().unstarted(this::run);
    }

    /** Where the daemon of a state folder waits for its successor. */
    static Path place(Path state) {
        return state.resolve("take-over.sock");
    }

    /** Waits from now on; where a predecessor waited, in its place. */
    public static HandOver open(Path state, String version, Owner owner) throws IOException {
        Path place = place(state.toRealPath());
        var handOver = new HandOver(place, version, owner, MessageSocket.listen(place));
        handOver.thread.start();
        return handOver;
    }

    private void run() {
        try (socket) {
            while (!closed && !replaced) {
                try (MessageSocket accepted = socket.accept()) {
                    visit(accepted);
                } catch (IOException e) {
                    if (!closed) {
                        LOG.warn("hand-over: {}", e.getMessage());
                        LockSupport.parkNanos(RETRY.toNanos()); // when descriptors have run out, the next try fails, too
                    }
                }
            }
        }
    }

    private void visit(MessageSocket accepted) throws IOException {
        if (welcome(accepted)) {
            try {
                serve(accepted);
            } finally {
                goodbye();
            }
        }
    }

    private synchronized boolean welcome(MessageSocket accepted) {
        visitor = accepted;
        return !closed;
    }

    private synchronized void goodbye() {
        visitor = null;
    }

    private void serve(MessageSocket accepted) throws IOException {
        accepted.timeout(STEP);
        Wire wire = new Wire(accepted);
        Peer peer = accepted.peer();
        Optional<String> refusal = refusal(wire, peer);
        if (refusal.isPresent()) {
            LOG.warn("process {} may not take over: {}", peer.pid(), refusal.get());
            wire.send(new Message.Refused(refusal.get()));
            return;
        }
        LOG.info("process {} takes over", peer.pid());
        try {
            hand(wire);
            await(accepted, wire, peer);
        } catch (IOException e) {
            LOG.warn("process {} did not take over: {}", peer.pid(), e.getMessage());
            refuse(wire, String.valueOf(e.getMessage()));
        } finally {
            if (!replaced) {
                takeBack();
            }
        }
    }

    private Optional<String> refusal(Wire wire, Peer peer) throws IOException {
        if (!peer.mayReplaceUs()) {
            return Optional.of("user " + peer.user() + " may not take over; want the daemon's user or root");
        }
        if (!(wire.receive().map(Wire.Received::message).orElse(null) instanceof Message.Hello(int protocol, var _))) {
            return Optional.of("want a greeting first");
        }
        if (protocol != Message.PROTOCOL) {
            return Optional.of("it speaks version " + protocol + " of the hand-over, this process version " + Message.PROTOCOL
                    + "; restart instead");
        }
        try {
            return owner.lend();
        } catch (IOException e) {
            takeBack();
            return Optional.of("the state folder cannot be handed over: " + e.getMessage());
        }
    }

    private void hand(Wire wire) throws IOException {
        wire.send(new Message.Welcome(version));
        for (DoorSocket door : owner.sockets()) {
            wire.send(
                    new Message.Socket(door.listener(), door.socket().kind(), door.socket().address(), door.socket().loop(),
                            door.socket().name()),
                    OptionalInt.of(door.socket().descriptor()));
        }
        for (KnownPool pool : owner.health()) {
            wire.send(new Message.PoolHealth(pool.withMembers(List.of())));
            for (KnownMember member : pool.members()) {
                wire.send(new Message.MemberHealth(pool.pool(), member));
            }
        }
        for (AffinityBatch batch : owner.affinity()) {
            wire.send(new Message.Affinity(batch));
        }
        wire.send(new Message.Complete(owner.ticketKeys().inBase64()));
    }

    private void await(MessageSocket accepted, Wire wire, Peer peer) throws IOException {
        accepted.timeout(START);
        Optional<Wire.Received> answer = wire.receive();
        switch (answer.map(Wire.Received::message).orElse(null)) {
            case Message.Serving(var settle) -> {
                handFlows(wire);
                wire.send(new Message.Yours());
                replaced = true;
                owner.replacedBy(peer.pid(), settle);
            }
            case Message.Refused(var reason) -> throw new IOException(reason);
            case null -> throw new IOException("it ended before it served");
            case Message other -> throw new IOException("want that it serves, it said " + other);
        }
    }

    private void handFlows(Wire wire) throws IOException {
        for (HandedPort port : owner.flows()) {
            wire.send(new Message.Port(port.loop(), port.inet6()), OptionalInt.of(port.descriptor()));
            for (int from = 0; from < port.flows().size(); from += FLOWS) {
                wire.send(new Message.Flows(port.flows().subList(from, Math.min(port.flows().size(), from + FLOWS))));
            }
        }
    }

    private static void refuse(Wire wire, String reason) {
        try {
            wire.send(new Message.Refused(reason));
        } catch (IOException gone) {
            LOG.debug("it is gone", gone);
        }
    }

    /** A process that does not end may still hold the state folder: until it does, edits stay refused. */
    private void takeBack() {
        while (!closed) {
            try {
                owner.takeBack();
                LOG.info("goes on as before");
                return;
            } catch (IOException e) {
                LOG.warn("edits stay refused: {}", e.getMessage());
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    /** Waits no more; a hand-over that is under way fails. */
    @Override
    public void close() {
        closed = true;
        socket.interrupt();
        synchronized (this) {
            if (visitor != null) {
                visitor.interrupt();
            }
        }
        LockSupport.unpark(thread);
        try {
            thread.join(END);
            if (!replaced) {
                Files.deleteIfExists(place);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("{} stays behind: {}", place, e.toString());
        }
    }
}
