package io.weir.daemon.webhook;

import java.time.Instant;
import java.util.Optional;

/**
 * How one webhook stands. Immutable, any thread.
 *
 * @param state {@code ok}, {@code failing} or {@code idle} before its first event
 * @param cause of the newest failure while it fails; else empty
 * @param waiting events that are not delivered yet, the one that is being sent included
 * @param delivered events that were taken
 * @param failed events that were given up after all attempts
 * @param retries attempts after the first of an event
 * @param dropped events that did not fit into the queue
 * @param lastDelivered when an event was taken last
 */
public record WebhookStatus(String name, String url, String state, String cause, int waiting, long delivered, long failed, long retries,
        long dropped, Optional<Instant> lastDelivered) {}
