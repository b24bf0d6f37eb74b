package io.weir.core.health;

import java.time.Instant;

/**
 * What is known of a backend's fitness.
 *
 * @param cause why it is in this state, in a few words: {@code "connect refused, 2 of 2 failed"}
 * @param since when it entered the state
 */
public record BackendStatus(BackendState state, String cause, Instant since, By by) {

    /** Whose doing a state is. */
    public enum By {
        CHECK, TRAFFIC, OPERATOR, PEER;

        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
