package io.weir.daemon.control;

import io.weir.core.config.ConfigStore;
import io.weir.core.config.Revision;
import io.weir.core.health.BackendKey;
import io.weir.core.health.KnownPool;
import io.weir.core.model.Backend;
import io.weir.core.model.Configuration;
import io.weir.core.model.Registration;
import io.weir.core.snapshot.SnapshotBuilder;
import io.weir.core.snapshot.SnapshotPublisher;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Owns the configuration in force, the members of pools, their health and the listeners' doors, and is the only one to publish snapshots. All of that
 * is confined to the {@code control} thread; the methods here may be called by any thread and hand over to it. It waits for nobody: a
 * revision is written by the {@code store} thread, ports are opened by virtual threads, and their ends come back as commands.
 */
public final class Control implements AutoCloseable {
    /** Changes of health that come closer together than this are published together. */
    static final Duration TOGETHER = Duration.ofMillis(5);
    /** A publication that took long is followed by a pause that many times as long, up to {@link #LONGEST_PAUSE}: flapping backends leave the CPU to traffic. */
    static final int PAUSE_FACTOR = 4;
    static final Duration LONGEST_PAUSE = Duration.ofMillis(50);
    /** How long an edit waits for its doors before it is answered all the same. */
    static final Duration DOORS_WAIT = Duration.ofSeconds(5);
    private static final String LENT = "another process takes over; try again when it has";

    private final CommandThread control;
    private final CommandThread store = new CommandThread("store");
    private final Parts parts;
    private volatile InForce inForce;
    private Configuration effective = Configuration.EMPTY;
    private boolean publishing;
    private boolean takingOn;
    private Duration pause = TOGETHER;
    private boolean editing;
    private boolean stopping;
    private boolean lent;

    /** What control works with; all of it that is confined runs on {@code thread}. */
    public record Parts(CommandThread thread, MemberDesk members, HealthDesk health, Doors doors, DataPlane plane, ConfigStore store,
            SnapshotBuilder builder, SnapshotPublisher publisher, Journal journal) {}

    /** @param first what is in force from the start */
    public Control(Parts parts, InForce first) {
        this.control = parts.thread();
        this.parts = parts;
        this.inForce = first;
    }

    /**
     * Publishes the first snapshot and opens its listeners; completes when each listens or has failed to.
     *
     * @param sources how long to wait first for the sources of members to answer: another process serves meanwhile, and would not be
     *     replaced by one whose pools are empty
     */
    public CompletableFuture<Void> start(Duration sources) {
        return onControl(() -> {
            parts.health().onChange(this::publishSoon);
            parts.health().onDrained(parts.members().registrar()::drained);
            parts.members().onChange(this::takeOnSoon);
            putInForce(inForce.configuration());
            var answered = new CompletableFuture<Void>();
            awaitSources(System.nanoTime() + sources.toNanos(), answered);
            return answered.thenComposeAsync(_ -> parts.doors().follow(inForce.configuration()), control);
        });
    }

    private void awaitSources(long deadlineNanos, CompletableFuture<Void> answered) {
        boolean waits = parts.members().statuses().values().stream().anyMatch(status -> status.state() == SourceStatus.State.WAITING);
        if (waits && System.nanoTime() - deadlineNanos < 0) {
            control.after(TOGETHER, () -> awaitSources(deadlineNanos, answered));
        } else {
            answered.complete(null);
        }
    }

    /** The newest revision that traffic follows. */
    public InForce inForce() {
        return inForce;
    }

    /** How the listeners stand now, by name. */
    public Map<String, DoorStatus> doors() {
        return parts.doors().statuses();
    }

    /** Client connections now, those of listeners that are gone included. */
    public long connections() {
        return parts.doors().connections();
    }

    /** Addresses that {@code configuration} asks for and that cannot be bound now. Blocks: for virtual threads. */
    public List<Outcome.Unbindable.Refusal> unbindable(Configuration configuration) {
        try (Ports ports = Ports.take(parts.plane(), inForce.configuration(), configuration)) {
            return List.copyOf(ports.refusals());
        }
    }

    /** Asks the store something, on its thread; exceptional when it cannot be read, when another process has it, or when the daemon stops. */
    public <T> CompletableFuture<T> ask(StoreQuestion<T> question) {
        return onStore(held -> {
            held.ensureHeld();
            return question.ask(held);
        });
    }

    private <T> CompletableFuture<T> onStore(StoreQuestion<T> question) {
        var answer = new CompletableFuture<T>();
        boolean asked = store.run(() -> {
            try {
                answer.complete(question.ask(parts.store()));
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        if (!asked) {
            answer.completeExceptionally(new IOException("the daemon is shutting down"));
        }
        return answer;
    }

    /** A question about stored revisions; called on {@code store}. */
    @FunctionalInterface
    public interface StoreQuestion<T> {
        T ask(ConfigStore store) throws IOException;
    }

    /** Makes a proposal durable and then the configuration in force. One at a time: while one is being stored, others are told to try again. */
    public CompletableFuture<Outcome> commit(Proposal proposal) {
        var outcome = new CompletableFuture<Outcome>();
        if (!control.run(() -> begin(proposal, outcome))) {
            outcome.complete(new Outcome.Stopping());
        }
        return outcome;
    }

    private void begin(Proposal proposal, CompletableFuture<Outcome> outcome) {
        assert control.isHere() : "not on control";
        if (stopping) {
            outcome.complete(new Outcome.Stopping());
        } else if (lent) {
            outcome.complete(new Outcome.NotStored(LENT));
        } else if (proposal.base() != inForce.number()) {
            outcome.complete(new Outcome.Overtaken(inForce));
        } else if (editing) {
            outcome.complete(new Outcome.NotStored("another revision is being written"));
        } else {
            editing = true;
            if (!store.run(() -> prepare(proposal, outcome))) {
                editing = false;
                outcome.complete(new Outcome.Stopping());
            }
        }
    }

    /** On {@code store}: takes the ports and writes the revision; either fails for all of it. */
    private void prepare(Proposal proposal, CompletableFuture<Outcome> outcome) {
        Ports ports = Ports.take(parts.plane(), inForce.configuration(), proposal.configuration());
        if (!ports.refusals().isEmpty()) {
            ports.close();
            giveUp(outcome, new Outcome.Unbindable(ports.refusals()));
            return;
        }
        Revision revision;
        try {
            revision = revision(proposal);
            parts.store().write(revision);
        } catch (IOException | RuntimeException e) {
            ports.close();
            giveUp(outcome, new Outcome.NotStored(String.valueOf(e.getMessage())));
            return;
        }
        if (!control.run(() -> written(revision, proposal, ports, outcome))) {
            ports.close();
            outcome.complete(new Outcome.Stopping());
        }
    }

    private Revision revision(Proposal proposal) {
        return new Revision(parts.store().nextNumber(), parts.journal().clock().instant(), proposal.by(), proposal.summary(),
                proposal.text(),
                proposal.accepted().document().hash());
    }

    private void giveUp(CompletableFuture<Outcome> outcome, Outcome failure) {
        control.run(() -> {
            editing = false;
            if (failure instanceof Outcome.NotStored(var cause)) {
                parts.journal().tell("configuration.notStored", "after revision " + inForce.number(), "cause", cause);
            }
        });
        outcome.complete(failure);
    }

    private void written(Revision revision, Proposal proposal, Ports ports, CompletableFuture<Outcome> outcome) {
        assert control.isHere() : "not on control";
        InForce next = InForce.of(revision, proposal.accepted());
        inForce = next;
        var _ = follow(next.configuration()).orTimeout(DOORS_WAIT.toMillis(), TimeUnit.MILLISECONDS).whenCompleteAsync((_, late) -> {
            ports.close();
            editing = false;
            outcome.complete(new Outcome.Committed(next, warnings(next.configuration(), late != null)));
        }, control);
        parts.journal().tell("configuration.applied", "revision " + revision.number(), "by", revision.by(), "summary", revision.summary());
    }

    private List<String> warnings(Configuration configuration, boolean late) {
        List<String> warnings = new ArrayList<>();
        if (late) {
            warnings.add("listeners are still being opened or closed after " + DOORS_WAIT.toSeconds() + " s");
        }
        parts.doors().statuses().forEach((name, status) -> {
            if (status.state() == DoorStatus.State.FAILED && configuration.listeners().containsKey(name)) {
                warnings.add("listener " + name + ": " + status.cause());
            }
        });
        return warnings;
    }

    private CompletableFuture<Void> follow(Configuration configuration) {
        putInForce(configuration);
        return parts.doors().follow(configuration);
    }

    private void putInForce(Configuration configuration) {
        assert control.isHere() : "not on control";
        parts.members().reconfigure(configuration);
        takeOn();
        publish();
    }

    /** Sources of members gave others, while the revision stays. */
    private void takeOnSoon() {
        if (!takingOn) {
            takingOn = true;
            control.after(TOGETHER, () -> {
                if (takingOn) {
                    takeOn();
                    publish();
                }
            });
        }
    }

    private void takeOn() {
        takingOn = false;
        effective = parts.members().effective();
        parts.health().reconfigure(effective);
    }

    private void publishSoon() {
        if (!publishing) {
            publishing = true;
            control.after(pause, () -> {
                if (publishing) {
                    publish();
                }
            });
        }
    }

    private void publish() {
        publishing = false;
        InForce now = inForce;
        long begunNanos = System.nanoTime();
        parts.publisher()
            .publish(parts.builder().build(parts.publisher().current(), now.number(), effective, parts.health().membership()));
        long pauseNanos = PAUSE_FACTOR * (System.nanoTime() - begunNanos);
        pause = Duration.ofNanos(Math.clamp(pauseNanos, TOGETHER.toNanos(), LONGEST_PAUSE.toNanos()));
    }

    /** How the pools' sources of members stand, by pool. */
    public Map<String, SourceStatus> sources() {
        return parts.members().statuses();
    }

    /** Who is registered. */
    public CompletableFuture<Collection<Registration>> registrations() {
        return asked(parts.members().registrar()::all, List.of());
    }

    /** Registers a backend in a pool, changes it, or renews its lease; {@code ttl} is the pool's own if it is empty. */
    public CompletableFuture<Registering> register(String pool, Backend backend, Optional<Duration> ttl) {
        return registering(answer -> parts.members().registrar().register(pool, backend, ttl, answer));
    }

    /** Takes a registered member out: at once, or with {@code drain} when its connections have ended. */
    public CompletableFuture<Registering> deregister(BackendKey member, boolean drain) {
        return registering(answer -> parts.members().registrar().leave(member, drain, answer));
    }

    private CompletableFuture<Registering> registering(Consumer<CompletableFuture<Registering>> wish) {
        var answer = new CompletableFuture<Registering>();
        if (!control.run(() -> wish.accept(answer))) {
            answer.complete(new Registering.NotStored("the daemon is shutting down"));
        }
        return answer;
    }

    private <T> CompletableFuture<T> asked(Supplier<T> question, T otherwise) {
        var answer = new CompletableFuture<T>();
        if (!control.run(() -> answer.complete(question.get()))) {
            answer.complete(otherwise);
        }
        return answer;
    }

    /** Refuses edits and lets go of the store, for another process to use it; completes with why not, if it does not. */
    public CompletableFuture<Optional<String>> lend() {
        return asked(() -> {
            Optional<String> busy = stopping ? Optional.of("it is shutting down")
                    : lent ? Optional.of("another process takes over")
                            : editing ? Optional.of("a revision is being written") : Optional.empty();
            if (busy.isEmpty()) {
                lent(true);
            }
            return busy;
        }, Optional.of("it is shutting down")).thenCompose(busy -> busy.isPresent() ? CompletableFuture.completedFuture(busy)
                : onStore(stored -> {
                    stored.lend();
                    return Optional.empty();
                }));
    }

    /** Heartbeats go to who has the store. */
    private void lent(boolean now) {
        lent = now;
        parts.members().registrar().pause(now);
    }

    /** Uses the store again; exceptional while another process does. */
    public CompletableFuture<Void> takeBack() {
        return onStore(stored -> {
            stored.takeBack();
            return true;
        }).thenAcceptAsync(_ -> lent(false), control);
    }

    /** The sockets of all listeners that are open. */
    public List<DoorSocket> sockets() {
        return parts.doors().sockets();
    }

    /** Open listeners whose transport keeps their sockets to itself. */
    public List<String> listenersWithoutSockets() {
        return parts.doors().withoutSockets();
    }

    /** What is known of the backends now. */
    public CompletableFuture<List<KnownPool>> health() {
        return asked(parts.health()::known, List.of());
    }

    /** Refuses edits and accepts no more traffic; connections that are left after {@code grace} are cut. Completes when nobody accepts. */
    public CompletableFuture<Void> drain(Duration grace) {
        return onControl(() -> {
            stopping = true;
            return parts.doors().shut(grace);
        });
    }

    /** Completes with what {@code action} starts on {@code control}, and at once if the thread is closed. */
    private CompletableFuture<Void> onControl(Supplier<CompletableFuture<Void>> action) {
        var begun = new CompletableFuture<Void>();
        CompletableFuture<Void> ended = begun.thenCompose(_ -> action.get());
        return control.run(() -> begun.complete(null)) ? ended : CompletableFuture.completedFuture(null);
    }

    /** Ends both threads; what is being written is written first, for as long as that takes no more than a few seconds. */
    @Override
    public void close() {
        store.close();
        control.close();
    }
}
