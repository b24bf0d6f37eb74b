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

    /** Makes {@code next} the newest, then tells the subscribers what changed. On {@code control} only. */
    public void publish(Snapshot next) {
        Snapshot before = current.getAndSet(next);
        SnapshotDiff diff = SnapshotDiff.between(before, next);
        subscribers.forEach(subscriber -> subscriber.accept(diff));
    }

    /** Calls {@code subscriber} on {@code control} after each publication; it hands work to event loops and returns. */
    public void subscribe(Consumer<SnapshotDiff> subscriber) {
        subscribers.add(subscriber);
    }
}
