package io.weir.core.health;

import java.time.Duration;
import java.time.Instant;

/**
 * One reading of both clocks, so that rules need none of their own. Any thread.
 *
 * @param nanos on the clock of {@link System#nanoTime}: only differences mean something
 * @param at the same moment as people write it
 */
public record Moment(long nanos, Instant at) {
    /** The time that has passed since {@code earlierNanos}; negative if that is still to come. */
    public long nanosSince(long earlierNanos) {
        return nanos - earlierNanos;
    }

    public Moment plus(Duration time) {
        return new Moment(nanos + time.toNanos(), at.plus(time));
    }
}
