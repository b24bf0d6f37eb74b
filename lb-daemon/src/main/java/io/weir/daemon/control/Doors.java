package io.weir.daemon.control;

import io.weir.core.model.Configuration;
import io.weir.core.model.Draining;
import io.weir.core.model.Listener;
import io.weir.daemon.control.DoorStatus.State;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Opens and closes ports so that they follow the configuration. Confined to {@code control}; {@link #statuses} may be read by all. */
public final class Doors {
    /** How long a listener that could not be opened waits for the next attempt. */
    static final Duration RETRY = Duration.ofSeconds(1);

    private final DataPlane plane;
    private final CommandThread control;
    private final Journal journal;
    private final Map<String, Slot> slotByListener = new ConcurrentHashMap<>();
    /** Doors that were closed, for as long as connections are left behind them: their listener may be gone, or have another door. */
    private final List<Door> closed = new CopyOnWriteArrayList<>();
    private boolean shut;

    public Doors(DataPlane plane, CommandThread control, Journal journal) {
        this.plane = plane;
        this.control = control;
        this.journal = journal;
    }

    /** Where one listener stands; a closed door is kept to count what is left behind it. */
    private record Slot(Listener listener, State state, String cause, @Nullable Door door) {
        boolean serves(Listener other) {
            return other.enabled() && other.opensLike(listener);
        }

        DoorStatus status() {
            Door.Traffic traffic = door == null ? Door.Traffic.NONE : door.traffic();
            State now = state == State.DRAINING && traffic.connections() == 0 ? State.CLOSED : state;
            var address = state == State.LISTENING && door != null ? Optional.of(door.address()) : Optional.<InetSocketAddress>empty();
            return new DoorStatus(listener.name(), now, cause, address, traffic, door == null ? Map.of() : door.handshakes());
        }
    }

    /** How the listeners stand now, by name. Any thread. */
    public Map<String, DoorStatus> statuses() {
        Map<String, DoorStatus> statuses = new java.util.HashMap<>();
        slotByListener.forEach((name, slot) -> statuses.put(name, slot.status()));
        return statuses;
    }

    /** The sockets of all doors that are open. Any thread. */
    List<DoorSocket> sockets() {
        List<DoorSocket> sockets = new ArrayList<>();
        slotByListener.forEach((name, slot) -> {
            if (slot.state() == State.LISTENING && slot.door() != null) {
                slot.door().sockets().forEach(socket -> sockets.add(new DoorSocket(name, socket)));
            }
        });
        return sockets;
    }

    /** The names of those that are open and whose transport keeps its sockets to itself, in their order. Any thread. */
    List<String> withoutSockets() {
        List<String> names = new ArrayList<>();
        slotByListener.forEach((name, slot) -> {
            if (slot.state() == State.LISTENING && slot.door() != null && slot.door().sockets().isEmpty()) {
                names.add(name);
            }
        });
        Collections.sort(names);
        return names;
    }

    /** Connections behind all doors, those of listeners that are gone included. Any thread. */
    public long connections() {
        long open = slotByListener.values()
            .stream()
            .filter(slot -> slot.state() == State.LISTENING)
            .mapToLong(slot -> slot.status().traffic().connections())
            .sum();
        return open + closed.stream().mapToLong(door -> door.traffic().connections()).sum();
    }

    /**
     * Closes what the configuration does not want any more, then opens what it wants.
     *
     * @return completes when every listener listens or has failed to
     */
    CompletableFuture<Void> follow(Configuration configuration) {
        assert control.isHere() : "not on control";
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        slotByListener.forEach((name, slot) -> {
            Listener wanted = configuration.listeners().get(name);
            if (wanted == null || !slot.serves(wanted)) {
                closing.add(close(slot, wanted));
            }
        });
        return all(closing).thenComposeAsync(_ -> openAll(configuration), control);
    }

    private CompletableFuture<Void> close(Slot slot, @Nullable Listener wanted) {
        String name = slot.listener().name();
        if (wanted == null) {
            slotByListener.remove(name);
        } else {
            slotByListener.put(name, new Slot(wanted, State.DRAINING, "", slot.door()));
        }
        if (slot.state() != State.LISTENING || slot.door() == null) {
            return CompletableFuture.completedFuture(null);
        }
        journal.tell("listener.closed", name, "bind", Addresses.text(slot.door().address()));
        return close(slot.door(), Draining.DEFAULT_TIMEOUT);
    }

    private CompletableFuture<Void> close(Door door, Duration grace) {
        closed.removeIf(earlier -> earlier.traffic().connections() == 0);
        closed.add(door);
        return door.close(grace);
    }

    private CompletableFuture<Void> openAll(Configuration configuration) {
        List<CompletableFuture<Void>> opening = new ArrayList<>();
        configuration.listeners().values().forEach(listener -> {
            Slot slot = slotByListener.get(listener.name());
            if (slot != null && slot.state() == State.LISTENING && slot.serves(listener)) {
                slotByListener.put(listener.name(), new Slot(listener, slot.state(), slot.cause(), slot.door()));
            } else if (listener.enabled()) {
                opening.add(open(listener));
            } else if (slot == null) {
                slotByListener.put(listener.name(), new Slot(listener, State.CLOSED, "", null));
            }
        });
        return all(opening);
    }

    private CompletableFuture<Void> open(Listener listener) {
        slotByListener.compute(listener.name(),
                (_, was) -> was != null && was.state() == State.FAILED ? was : new Slot(listener, State.CLOSED, "", null));
        return CompletableFuture.supplyAsync(() -> opened(listener), Thread::startVirtualThread)
            .handleAsync((door, failure) -> {
                settle(listener, door, failure);
                return null;
            }, control);
    }

    private Door opened(Listener listener) {
        try {
            return plane.open(listener);
        } catch (BindException e) {
            throw new CompletionException(e);
        }
    }

    private void settle(Listener listener, @Nullable Door door, @Nullable Throwable failure) {
        Slot slot = slotByListener.get(listener.name());
        if (shut || slot == null || slot.state() == State.LISTENING || !slot.serves(listener)) {
            if (door != null) {
                var _ = door.close(Duration.ZERO); // nobody wants it any more
            }
        } else if (door != null) {
            slotByListener.put(listener.name(), new Slot(slot.listener(), State.LISTENING, "", door));
            journal.tell("listener.open", listener.name(), "bind", Addresses.text(door.address()), "protocol", listener.protocol());
        } else if (failure != null) {
            failed(slot, cause(failure));
        }
    }

    private void failed(Slot slot, String cause) {
        if (!slot.cause().equals(cause)) {
            journal.tell("listener.failed", slot.listener().name(), "cause", cause);
        }
        Slot failed = new Slot(slot.listener(), State.FAILED, cause, null);
        slotByListener.put(slot.listener().name(), failed);
        control.after(RETRY, () -> retry(failed));
    }

    private void retry(Slot failed) {
        Slot now = slotByListener.get(failed.listener().name());
        if (!shut && now != null && now.state() == State.FAILED && now.serves(failed.listener())) {
            var _ = open(now.listener());
        }
    }

    /** Accepts no more on any listener; connections that are left after {@code grace} are cut. */
    CompletableFuture<Void> shut(Duration grace) {
        assert control.isHere() : "not on control";
        shut = true;
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        slotByListener.forEach((name, slot) -> {
            if (slot.state() == State.LISTENING && slot.door() != null) {
                slotByListener.put(name, new Slot(slot.listener(), State.DRAINING, "shutting down", slot.door()));
                closing.add(close(slot.door(), grace));
            }
        });
        return all(closing);
    }

    private static String cause(Throwable failure) {
        Throwable root = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return String.valueOf(root.getMessage());
    }

    private static CompletableFuture<Void> all(List<CompletableFuture<Void>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
    }
}
