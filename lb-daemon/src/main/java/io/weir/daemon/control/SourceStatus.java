package io.weir.daemon.control;

import java.time.Instant;
import java.util.Locale;

/**
 * How a pool's source of members stands. Immutable, any thread.
 *
 * @param kind {@code dns}, {@code file} or {@code registered}
 * @param cause why it is stale or waits; empty while it is well
 * @param since when it entered the state
 * @param members that it gives now
 * @param dropped members beyond the bound that were left out
 * @param shadowed members that a backend of the configuration has name or address of, and that were left out for it
 * @param changed when its members last changed; the daemon's start if they never did
 */
public record SourceStatus(String kind, State state, String cause, Instant since, int members, int dropped, int shadowed,
        Instant changed) {
    /** Whether the list can be trusted to be of now. */
    public enum State {
        OK,
        /** It fails: the list is the last one that it gave. */
        STALE,
        /** It has given no list yet. */
        WAITING;

        /** As users see it: {@code stale}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
