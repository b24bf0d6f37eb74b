package io.weir.daemon.webhook;

import io.weir.core.model.Webhook;
import io.weir.core.telemetry.Event;
import io.weir.core.telemetry.EventLog;
import io.weir.core.telemetry.EventNames;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/**
 * Follows the events and gives them to the webhooks that ask for them. Any thread; nobody who tells an event waits for a webhook. Events from
 * before a webhook was configured, and those of a daemon that was killed, are not told.
 */
public final class Webhooks implements AutoCloseable {
    private final EventLog events;
    private final String node;
    private final InstantSource clock;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Outbox> outboxByName = new ConcurrentHashMap<>();
    private final EventLog.Following following;
    /** Made for the first webhook: it reads the host's certificates, which a start without webhooks need not wait for. */
    private Optional<HttpClient> client = Optional.empty();

    public Webhooks(EventLog events, String node, InstantSource clock) {
        this.events = events;
        this.node = node;
        this.clock = clock;
        this.following = events.follow(this::tell);
    }

    private void tell(Event event) {
        outboxByName.values().forEach(outbox -> outbox.offer(event));
    }

    /** Tells these from now on; one whose settings changed starts anew, with nothing waiting. */
    public synchronized void follow(Map<String, Webhook> webhooks) {
        outboxByName.values().removeIf(outbox -> {
            boolean gone = !outbox.webhook().equals(webhooks.get(outbox.webhook().name()));
            if (gone) {
                outbox.close();
            }
            return gone;
        });
        webhooks.values().forEach(webhook -> outboxByName.computeIfAbsent(webhook.name(), _ -> opened(webhook)));
    }

    private Outbox opened(Webhook webhook) {
        var delivery = new Delivery(webhook, client(), clock, RandomGenerator.getDefault());
        Outbox outbox = new Outbox(webhook, node, delivery, (type, cause) -> told(webhook.name(), type, cause));
        outbox.start();
        return outbox;
    }

    private HttpClient client() {
        HttpClient made = client.orElseGet(() -> HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(executor)
            .build());
        client = Optional.of(made);
        return made;
    }

    private void told(String webhook, String type, String cause) {
        if (cause.isEmpty()) {
            events.add(clock.instant(), EventNames.OWN + "ok", webhook, Map.of());
        } else {
            events.add(clock.instant(), EventNames.OWN + "failed", webhook, Map.of("event", type, "cause", cause));
        }
    }

    /** How they stand, by name. */
    public List<WebhookStatus> statuses() {
        return outboxByName.values().stream().map(Outbox::status).sorted(Comparator.comparing(WebhookStatus::name)).toList();
    }

    /** Ends at once; what waits is not told. */
    @Override
    public synchronized void close() {
        following.close();
        outboxByName.values().forEach(Outbox::close);
        outboxByName.clear();
        client.ifPresent(HttpClient::shutdownNow);
        executor.shutdownNow();
    }
}
