package io.weir.core.snapshot;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Holds the newest snapshot: written by the {@code control} thread, read by all. */
public final class SnapshotPublisher {
    private final AtomicReference<Snapshot> current = new AtomicReference<>(Snapshot.EMPTY);
    private final List<Consumer<SnapshotDiff>> subscribers = new CopyOnWriteArrayList<>();

    /** The newest snapshot. */
    public Snapshot current() {
        return current.get();
    }

    /**
     * Makes {@code next} the newest, then tells the subscribers what changed, in the order in which they subscribed. On {@code control} only. What a
     * subscriber throws goes to the thread's handler of uncaught exceptions; neither the caller nor the other subscribers notice.
     *
     * @throws IllegalArgumentException if {@code next} is not newer than the newest
     */
    public void publish(Snapshot next) {
        Snapshot before = current.get();
        if (next.generation() <= before.generation()) {
            throw new IllegalArgumentException("generation is " + next.generation() + ", want more than " + before.generation());
        }
        SnapshotDiff diff = SnapshotDiff.between(before, next);
        current.set(next);
        subscribers.forEach(subscriber -> tell(subscriber, diff));
    }

    /** Calls {@code subscriber} on {@code control} after each publication; it hands work to event loops and returns. */
    public void subscribe(Consumer<SnapshotDiff> subscriber) {
        subscribers.add(subscriber);
    }

    private static void tell(Consumer<SnapshotDiff> subscriber, SnapshotDiff diff) {
        try {
            subscriber.accept(diff);
        } catch (RuntimeException e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }
}
