package io.weir.core.affinity;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/**
 * Carries changes of all affinity tables away from the threads that make them, event loops above all, which never wait: what does not fit is dropped and
 * counted. Any thread may offer, one drains.
 */
public final class AffinityFeed {
    public static final int CAPACITY = 65_536;

    private final MpscAtomicArrayQueue<AffinityChange> queue;
    private final LongAdder dropped = new LongAdder();
    /** Drops that followers have been told of. */
    private long told;
    private volatile boolean untold;

    public AffinityFeed() {
        this(CAPACITY);
    }

    AffinityFeed(int capacity) {
        this.queue = new MpscAtomicArrayQueue<>(capacity);
    }

    /** The changes of one source come in the order in which its table has seen them, since it offers them before it lets go of the entry. */
    void offer(AffinityChange change) {
        if (!queue.offer(change)) {
            dropped.increment();
        }
    }

    /** Entries have come that nobody is told of one by one. */
    void skipped() {
        untold = true;
    }

    /** Tells {@code follower} what has gathered, at most what fits the queue once; answers how many changes that were. */
    public int drain(AffinityFollower follower) {
        Map<Place, AffinityChange> changes = new LinkedHashMap<>();
        int drained = queue.drain(change -> changes.merge(new Place(change), change, AffinityChange::then), CAPACITY);
        changes.values().removeIf(AffinityFeed::undone);
        if (!changes.isEmpty()) {
            follower.changed(changes.values());
        }
        long lost = dropped.sum();
        if (lost > told || untold) {
            told = lost;
            untold = false;
            follower.missed();
        }
        return drained;
    }

    private static boolean undone(AffinityChange change) {
        return change.before() == null ? change.after() == null : change.before().equals(change.after());
    }

    /** Changes that found the queue full. */
    public long dropped() {
        return dropped.sum();
    }

    /** An entry of a table, which is itself alone. */
    private record Place(AffinityTable table, AffinityKey key) {
        Place(AffinityChange change) {
            this(change.table(), change.key());
        }
    }
}
