package io.weir.core.telemetry;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The newest state changes, bounded: the oldest falls out. Any thread but event loops that carry traffic (it locks). */
public final class EventLog {
    public static final int DEFAULT_CAPACITY = 10_000;

    private final int capacity;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private final List<Consumer<Event>> followers = new CopyOnWriteArrayList<>();
    private long lastId;

    public EventLog(int capacity) {
        this.capacity = capacity;
    }

    /** Adds an event and tells the followers, in the caller's thread. */
    public Event add(Instant at, String type, String subject, Map<String, String> details) {
        Event event;
        synchronized (this) {
            event = new Event(++lastId, at, type, subject, details);
            if (events.size() == capacity) {
                events.removeFirst();
            }
            events.addLast(event);
            followers.forEach(follower -> follower.accept(event)); // inside the lock: followers see ids in order
        }
        return event;
    }

    /** Events with an id above {@code afterId}, oldest first. */
    public synchronized List<Event> after(long afterId) {
        List<Event> found = new ArrayList<>();
        for (Event event : events) {
            if (event.id() > afterId) {
                found.add(event);
            }
        }
        return found;
    }

    /** Calls {@code follower} for each event from now on; it must not block. Closing the answer ends that. */
    public AutoCloseable follow(Consumer<Event> follower) {
        followers.add(follower);
        return () -> followers.remove(follower);
    }
}
