package io.weir.daemon.control;

import io.weir.core.config.Problem;
import io.weir.core.config.TrafficFile;
import io.weir.core.config.TrafficResult;
import io.weir.core.model.Node;
import io.weir.core.snapshot.Snapshot;
import io.weir.net.PingSocket;
import io.weir.net.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Carries out edits, one after the other in the order of their coming; dry runs go beside them. Blocks: for virtual threads. Parsing and
 * validating is done here, on the caller's thread, so that {@code control} only ever gets what is valid.
 */
public final class Edits {
    /** Edits that may wait for their turn; more are sent away. */
    static final int MOST_WAITING = 64;
    /** How long an edit waits for its turn, and then for the disk. */
    static final Duration PATIENCE = Duration.ofSeconds(30);
    /** How often an edit is made anew because somebody else was first. */
    private static final int MOST_TRIES = 8;

    private final Control control;
    private final Node node;
    private final Transport transport;
    private final ConfigurationCheck check;
    private final Supplier<Snapshot> live;
    private final Semaphore turn = new Semaphore(1, true);
    private final Semaphore places = new Semaphore(MOST_WAITING);

    /**
     * @param check of what is about to come into force
     * @param live the newest snapshot
     */
    public Edits(Control control, Node node, Transport transport, ConfigurationCheck check, Supplier<Snapshot> live) {
        this.control = control;
        this.node = node;
        this.transport = transport;
        this.check = check;
        this.live = live;
    }

    /** Does it, or says what it would do. What the edit's own function throws goes through. */
    public EditResult carryOut(Edit edit) throws InterruptedException {
        if (edit.dryRun()) {
            return dryRun(edit);
        }
        if (!places.tryAcquire()) {
            return new EditResult.Unavailable("more than " + MOST_WAITING + " edits wait for their turn; try again");
        }
        try {
            if (!turn.tryAcquire(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                return new EditResult.Unavailable(
                        "the edit before this one was not stored within " + PATIENCE.toSeconds() + " s; try again");
            }
        } finally {
            places.release();
        }
        return inTurn(edit);
    }

    /** The turn ends with the outcome, which may come after this has given up waiting for it. */
    private EditResult inTurn(Edit edit) throws InterruptedException {
        CompletableFuture<Outcome> committing = CompletableFuture.completedFuture(new Outcome.Stopping());
        try {
            for (int i = 0; i < MOST_TRIES; i++) {
                switch (attempt(edit, control.inForce())) {
                    case Attempt.Decided(var result) -> {
                        return result;
                    }
                    case Attempt.Ready(var proposal, var warnings, _) -> {
                        committing = control.commit(proposal);
                        Outcome outcome = committing.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
                        if (!(outcome instanceof Outcome.Overtaken)) {
                            return result(outcome, proposal, warnings);
                        }
                    }
                }
            }
            return new EditResult.Unavailable("somebody else was first " + MOST_TRIES + " times; try again");
        } catch (TimeoutException _) {
            return new EditResult.Unavailable(
                    "the disk did not confirm it within " + PATIENCE.toSeconds() + " s; it may still come into force");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the outcome of an edit is a value, never an exception", e);
        } finally {
            var _ = committing.whenComplete((_, _) -> turn.release());
        }
    }

    private EditResult dryRun(Edit edit) {
        InForce base = control.inForce();
        return switch (attempt(edit, base)) {
            case Attempt.Decided(EditResult.Applied(long revision, var warnings)) -> new EditResult.Planned(revision, List.of(), warnings);
            case Attempt.Decided(var result) -> result;
            case Attempt.Ready(var proposal, var warnings, var changes) -> {
                List<Outcome.Unbindable.Refusal> refusals = control.unbindable(proposal.configuration());
                yield refusals.isEmpty() ? new EditResult.Planned(base.number(), changes, warnings) : unbindable(proposal, refusals);
            }
        };
    }

    /** What an edit makes of the configuration in force. */
    private sealed interface Attempt {
        record Decided(EditResult result) implements Attempt {}

        record Ready(Proposal proposal, List<String> warnings, List<String> changes) implements Attempt {}
    }

    private Attempt attempt(Edit edit, InForce base) {
        if (edit.onlyIf().isPresent() && edit.onlyIf().getAsLong() != base.number()) {
            return new Attempt.Decided(new EditResult.Outdated(base.number()));
        }
        Draft draft = edit.change().apply(base.document());
        String text = switch (draft) {
            case Draft.Text(_, var whole) -> whole;
            case Draft.Document(var document) -> document.toYaml();
        };
        return switch (judged(draft, text)) {
            case TrafficResult.Refused(var problems) -> new Attempt.Decided(new EditResult.Invalid(problems));
            case TrafficResult.Accepted accepted -> {
                List<Problem> forbidden = new ArrayList<>(ProbeRights.problems(accepted, PingSocket::unavailable));
                forbidden.addAll(SpliceRights.problems(accepted, transport));
                if (!edit.force()) {
                    forbidden.addAll(Lockouts.problems(accepted, base.configuration()));
                }
                forbidden.addAll(check.problems(accepted, base.configuration()));
                if (!forbidden.isEmpty()) {
                    yield new Attempt.Decided(new EditResult.Invalid(forbidden));
                }
                Optional<String> stranded = ZoneGuard.refusal(base.configuration(), accepted.configuration(), live.get());
                if (stranded.isPresent()) {
                    yield new Attempt.Decided(new EditResult.Conflict(stranded.get()));
                }
                List<String> warnings = Stream.concat(accepted.warnings().stream(), TrafficFile.warnings(accepted, node).stream())
                    .map(Problem::message)
                    .toList();
                if (text.equals(base.text())) {
                    yield new Attempt.Decided(new EditResult.Applied(base.number(), warnings));
                }
                var proposal = new Proposal(base.number(), text, accepted, edit.by(), edit.summary());
                yield new Attempt.Ready(proposal, warnings, base.document().changesTo(accepted.document()));
            }
        };
    }

    private static TrafficResult judged(Draft draft, String text) {
        return switch (draft) {
            case Draft.Text(var file, _) -> TrafficFile.parse(file, text);
            case Draft.Document(var document) -> TrafficFile.read(document);
        };
    }

    private static EditResult result(Outcome outcome, Proposal proposal, List<String> warnings) {
        return switch (outcome) {
            case Outcome.Committed(var now, var more) ->
                new EditResult.Applied(now.number(), Stream.concat(warnings.stream(), more.stream()).toList());
            case Outcome.Overtaken(var now) -> new EditResult.Outdated(now.number());
            case Outcome.Unbindable(var refusals) -> unbindable(proposal, refusals);
            case Outcome.NotStored(var cause) -> new EditResult.Unavailable("the revision could not be stored: " + cause);
            case Outcome.Stopping() -> new EditResult.Unavailable("the daemon is shutting down");
        };
    }

    private static EditResult unbindable(Proposal proposal, List<Outcome.Unbindable.Refusal> refusals) {
        return new EditResult.Invalid(refusals.stream().map(refusal -> problem(proposal, refusal)).toList());
    }

    private static Problem problem(Proposal proposal, Outcome.Unbindable.Refusal refusal) {
        List<String> path = List.of("listeners", refusal.listener(), "bind");
        return proposal.accepted()
            .document()
            .problem(path, Addresses.text(refusal.address()), "an address that can be bound here: " + refusal.cause());
    }
}
