package io.weir.core.telemetry;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The newest state changes, bounded: the oldest falls out. Any thread but event loops that carry traffic (it locks). Followers are called inside the lock,
 * so that each sees every event once and in the order of the ids.
 */
public final class EventLog {
    public static final int DEFAULT_CAPACITY = 10_000;

    private final int capacity;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private final List<Following> followers = new CopyOnWriteArrayList<>(); // so that a follower may end its following when called
    private long lastId;

    /**
     * Starts empty.
     *
     * @param capacity how many events are kept, 1 or more
     */
    public EventLog(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity is " + capacity + ", want 1 or more");
        }
        this.capacity = capacity;
    }

    /**
     * Adds an event and tells the followers, in the caller's thread. A follower that throws follows no longer; what it threw goes to the thread's handler
     * of uncaught exceptions.
     */
    public synchronized Event add(Instant at, String type, String subject, Map<String, String> details) {
        Event event = new Event(++lastId, at, type, subject, details);
        if (events.size() == capacity) {
            events.removeFirst();
        }
        events.addLast(event);
        followers.forEach(following -> following.tell(event));
        return event;
    }

    /** Events with an id above {@code afterId} that are still kept, oldest first. */
    public synchronized List<Event> after(long afterId) {
        return events.stream().skip(Math.max(0, afterId - (lastId - events.size()))).toList();
    }

    /** Calls {@code follower} for each event from now on; it must not block, and must not add events. Closing the answer ends that. */
    public synchronized Following follow(Consumer<Event> follower) {
        return follow(lastId, follower);
    }

    /** Calls {@code follower} for each kept event with an id above {@code afterId}, then for each new one, none missing and none twice. */
    public synchronized Following follow(long afterId, Consumer<Event> follower) {
        Following following = new Following(follower);
        followers.add(following);
        after(afterId).forEach(following::tell);
        return following;
    }

    /** One follower's subscription. Any thread. */
    public final class Following implements AutoCloseable {
        private final Consumer<Event> follower;
        private volatile boolean ended;

        private Following(Consumer<Event> follower) {
            this.follower = follower;
        }

        @Override
        public void close() {
            ended = true;
            followers.remove(this);
        }

        private void tell(Event event) {
            try {
                if (!ended) {
                    follower.accept(event);
                }
            } catch (RuntimeException e) {
                close();
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        }
    }
}
