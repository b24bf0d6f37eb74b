package io.weir.daemon.control;

import io.weir.core.model.Backend;
import io.weir.core.model.LastKnown;
import io.weir.core.model.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps what a restart cannot ask anybody for. Confined to {@code control}. Nobody waits for it: one write at a time, what changes meanwhile goes into the next
 * one, and a write that fails is tried again.
 */
public final class LastKnownKeeper {
    /** From a write that failed to the next. */
    static final Duration AGAIN = Duration.ofSeconds(5);

    private final CommandThread control;
    private final Journal journal;
    private final LastKnown atStart;
    private LastKnown wanted;
    private LastKnown durable;
    private boolean writing;
    private String failure = "";
    private Disk disk = _ -> CompletableFuture.failedFuture(new IllegalStateException("nothing to write to"));

    /** Makes it durable. */
    @FunctionalInterface
    public interface Disk {
        /** Completes once it will survive a kill; exceptional if it could not be written. */
        CompletableFuture<LastKnown> write(LastKnown known);
    }

    /** @param before what was durable at the start */
    public LastKnownKeeper(CommandThread control, Journal journal, LastKnown before) {
        this.control = control;
        this.journal = journal;
        this.atStart = before;
        this.wanted = before;
        this.durable = before;
    }

    /** Where it is kept. To be said before the start. */
    public void storeOn(Disk place) {
        disk = place;
    }

    /** What was known when the node last ran. */
    public LastKnown atStart() {
        return atStart;
    }

    /** The lists that sources gave, by pool. */
    void members(Map<String, List<Backend>> byPool) {
        keep(wanted.withMembers(byPool));
    }

    /** Where traffic is of pools that only the operator brings home. */
    void tiers(Map<String, Tier> byPool) {
        keep(wanted.withTiers(byPool));
    }

    private void keep(LastKnown known) {
        assert control.isHere() : "not on control";
        wanted = known;
        write();
    }

    private void write() {
        if (writing || wanted.equals(durable)) {
            return; // the end of that one begins the next
        }
        writing = true;
        LastKnown next = wanted;
        var _ = disk.write(next).whenCompleteAsync((_, failed) -> {
            writing = false;
            if (failed == null) {
                durable = next;
                failure = "";
                write();
            } else {
                notWritten(String.valueOf(failed.getMessage()));
            }
        }, control);
    }

    private void notWritten(String cause) {
        if (!failure.equals(cause)) {
            journal.tell("state.notStored", "last-known.json", "cause", cause);
            failure = cause;
        }
        control.after(AGAIN, this::write);
    }
}
