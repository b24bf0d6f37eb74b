package io.weir.core.config;

import io.weir.core.model.Webhook;
import io.weir.core.telemetry.EventNames;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The keys of a webhook. */
final class WebhookKeys {
    static final Key<URI> URL = Key.required("url",
            Scalars.parsed("http://HOST... or https://HOST...", text -> Webhook.checkUrl(URI.create(text))),
            "Where events are posted.");
    static final Key<List<String>> EVENTS = Key.otherwise("events",
            new SequenceShape<>(Scalars.parsed("the name of an event, such as backend.ejected", WebhookKeys::event), 1), List.of(),
            "The events that are told; absent: all.");
    static final Key<Path> SECRET_FILE = Key.optional("secretFile", NodeKeys.ABSOLUTE,
            "The key that signs what is posted; absent: it is not signed.");
    static final Key<Duration> TIMEOUT = Key.otherwise("timeout", Scalars.duration(Webhook.MIN_TIMEOUT, Webhook.MAX_TIMEOUT),
            Webhook.DEFAULT_TIMEOUT, "For one attempt.");
    static final Key<Integer> ATTEMPTS = Key.otherwise("attempts", Scalars.whole(1, Webhook.MAX_ATTEMPTS), Webhook.DEFAULT_ATTEMPTS,
            "How often an event is sent at most.");

    static final MappingShape<Webhook> SHAPE = MappingShape.of(List.of(URL, EVENTS, SECRET_FILE, TIMEOUT, ATTEMPTS),
            fields -> new Webhook(fields.name(), fields.get(URL), Set.copyOf(fields.get(EVENTS)), fields.given(SECRET_FILE),
                    fields.get(TIMEOUT), fields.get(ATTEMPTS)));

    private WebhookKeys() {}

    private static String event(String name) {
        if (!EventNames.known(name)) {
            throw new IllegalArgumentException(name);
        }
        return name;
    }
}
