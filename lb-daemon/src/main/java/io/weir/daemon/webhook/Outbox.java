package io.weir.daemon.webhook;

import io.weir.core.model.Webhook;
import io.weir.core.telemetry.Event;
import io.weir.core.telemetry.EventNames;
import io.weir.daemon.webhook.Delivery.Attempt;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One webhook's events, sent one after the other in their order on a virtual thread. Any thread may {@link #offer}; it never blocks. An event
 * that is given up does not hold up those behind it any longer.
 */
final class Outbox {
    /** Events that wait; more are dropped and counted. */
    static final int CAPACITY = 1_000;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Webhook webhook;
    private final String node;
    private final Delivery delivery;
    private final BiConsumer<String, String> failures;
    private final ArrayBlockingQueue<Event> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile @Nullable Instant lastDelivered;
    private volatile String cause = "";
    private volatile boolean sending;
    private final Thread thread;

    /** @param failures told of an event's type and why it could not be delivered, and of an empty cause when the webhook works again */
    Outbox(Webhook webhook, String node, Delivery delivery, BiConsumer<String, String> failures) {
        this.webhook = webhook;
        this.node = node;
        this.delivery = delivery;
        this.failures = failures;
        this.thread = Thread.ofVirtual().name("webhook " + webhook.name()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    Webhook webhook() {
        return webhook;
    }

    void offer(Event event) {
        if (EventNames.asked(event, webhook.events()) && !queue.offer(event)) {
            dropped.incrementAndGet();
        }
    }

    /** Ends; what waits is dropped. */
    void close() {
        thread.interrupt();
        dropped.addAndGet(queue.size());
        queue.clear();
    }

    WebhookStatus status() {
        Instant last = lastDelivered;
        String state = !cause.isEmpty() ? "failing" : last == null ? "idle" : "ok";
        return new WebhookStatus(webhook.name(), webhook.url().toString(), state, cause, queue.size() + (sending ? 1 : 0), delivered.get(),
                failed.get(), retries.get(), dropped.get(), Optional.ofNullable(last));
    }

    private void run() {
        try {
            while (true) {
                Event event = queue.take();
                sending = true;
                send(event);
                sending = false;
            }
        } catch (InterruptedException _) {
            // the webhook is not wanted any more
        }
    }

    private void send(Event event) throws InterruptedException {
        String body = body(event);
        String id = node + "-" + event.at().toEpochMilli() + "-" + event.id();
        for (int number = 1; number <= webhook.attempts(); number++) {
            if (number > 1) {
                retries.incrementAndGet();
                Thread.sleep(delivery.pauseBefore(number));
            }
            switch (delivery.attempt(id, name(event), body)) {
                case Attempt.Taken() -> {
                    taken(event);
                    return;
                }
                case Attempt.Failed(var why, boolean again, _) -> {
                    failing(event, why);
                    if (!again) {
                        failed.incrementAndGet();
                        return;
                    }
                }
            }
        }
        failed.incrementAndGet();
    }

    private void taken(Event event) {
        delivered.incrementAndGet();
        lastDelivered = event.at();
        if (!cause.isEmpty()) {
            cause = "";
            failures.accept(event.type(), "");
        }
    }

    private void failing(Event event, String why) {
        boolean news = cause.isEmpty();
        cause = why;
        if (news) {
            failures.accept(event.type(), why);
        }
    }

    /** The last, narrowest one. */
    private static String name(Event event) {
        return EventNames.of(event).stream().reduce((_, last) -> last).orElse(event.type());
    }

    private String body(Event event) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("event", name(event));
        body.put("node", node);
        body.put("id", event.id());
        body.put("at", event.at().toString());
        body.put("type", event.type());
        body.put("subject", event.subject());
        body.put("details", event.details());
        return JSON.writeValueAsString(body);
    }
}
