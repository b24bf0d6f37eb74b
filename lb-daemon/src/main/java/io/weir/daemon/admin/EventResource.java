package io.weir.daemon.admin;

import io.weir.core.telemetry.Event;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** State changes, as a list or as a stream of server-sent events. On the virtual threads of requests. */
final class EventResource {
    /** A silent stream sends a comment so often, so that a client that is gone is noticed. */
    static final Duration HEARTBEAT = Duration.ofSeconds(15);
    /** Events that wait for one stream's client; one that falls further behind is cut and may come back with its last id. */
    static final int MOST_BEHIND = 1_000;
    private static final int DEFAULT_LIMIT = 1_000;
    private static final String EVENT_STREAM = "text/event-stream";

    private final Managed managed;

    EventResource(Managed managed) {
        this.managed = managed;
    }

    /** Which events of the past are wanted. */
    private record Selection(long after, Instant since) {
        boolean wants(Event event) {
            return event.id() > after && !event.at().isBefore(since);
        }
    }

    List<Endpoint> endpoints() {
        return List
            .of(Endpoint.get("/v1/events", "State changes, oldest first; with Accept: text/event-stream a stream that goes on.", this::get)
                .with(new Endpoint.Parameter("after", "only events with a larger id"),
                        new Endpoint.Parameter("since", "only events from this time on, RFC 3339"),
                        new Endpoint.Parameter("limit", "of a list: the newest so many, default 1000")));
    }

    private Response get(Request request) {
        var selection = new Selection(after(request), since(request));
        if (request.prefers(EVENT_STREAM)) {
            return new Response.Stream(200, Map.of("content-type", EVENT_STREAM), sink -> stream(selection, sink));
        }
        List<Event> events = managed.events().after(selection.after()).stream().filter(selection::wants).toList();
        return Response.json(events.subList(Math.max(0, events.size() - limit(request)), events.size()));
    }

    private void stream(Selection selection, Response.Sink sink) throws InterruptedException {
        BlockingQueue<Event> coming = new ArrayBlockingQueue<>(MOST_BEHIND);
        var behind = new AtomicBoolean();
        try (var _ = closeable(managed.events().follow(event -> behind.compareAndSet(false, !coming.offer(event))))) {
            long last = selection.after();
            for (Event event : managed.events().after(last)) {
                if (selection.wants(event) && !sink.write(text(event))) {
                    return;
                }
                last = event.id();
            }
            follow(coming, behind, last, sink);
        }
    }

    private static void follow(BlockingQueue<Event> coming, AtomicBoolean behind, long written, Response.Sink sink)
            throws InterruptedException {
        boolean open = sink.write(": following\n\n");
        while (open && !behind.get()) {
            Event event = coming.poll(HEARTBEAT.toNanos(), TimeUnit.NANOSECONDS);
            if (event == null) {
                open = sink.write(": still here\n\n");
            } else if (event.id() > written) {
                open = sink.write(text(event));
            }
        }
    }

    /** Ending a subscription does not fail. */
    private interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    private static Subscription closeable(AutoCloseable following) {
        return () -> {
            try {
                following.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private static String text(Event event) {
        return "id: " + event.id() + "\ndata: " + Json.text(event) + "\n\n";
    }

    private static long after(Request request) {
        return request.header("last-event-id").or(() -> request.parameter("after")).map(text -> number("after", text)).orElse(0L);
    }

    private static int limit(Request request) {
        long limit = request.parameter("limit").map(text -> number("limit", text)).orElse((long) DEFAULT_LIMIT);
        return (int) Math.min(limit, Integer.MAX_VALUE);
    }

    private static long number(String name, String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw RequestRefused.malformed(name + " is '" + text + "', want a number");
        }
        return Long.parseLong(text);
    }

    private static Instant since(Request request) {
        String text = request.parameter("since").orElse("");
        try {
            return text.isEmpty() ? Instant.MIN : java.time.OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw RequestRefused.malformed("since is '" + text + "', want a time such as 2026-01-02T03:04:05Z", e);
        }
    }
}
