package io.weir.core.config;

import java.time.Instant;

/**
 * One state of the traffic configuration, as it is stored.
 *
 * @param number from 1; each is higher than all before it
 * @param by who made it
 * @param summary what it changed, in a line
 * @param text YAML or JSON
 * @param hash {@link ConfigDocument#hash} of the text
 */
public record Revision(long number, Instant at, String by, String summary, String text, String hash) {
    public Revision {
        if (number < 1) {
            throw new IllegalArgumentException("revision number is " + number + ", want 1 or more");
        }
    }

    /** All but the text. */
    public RevisionHeader header() {
        return new RevisionHeader(number, at, by, summary, hash);
    }
}
