package io.weir.daemon.overload;

import java.time.Duration;
import java.util.Optional;

/** Whether one loop stands still. Pure but for what it remembers; confined to the thread that watches. */
final class StallWatch {
    /** So long without a sign of life; many turns' worth, and less than a client's patience. */
    static final Duration STALLED_AFTER = Duration.ofSeconds(1);

    private boolean stalled;
    private long sinceNanos;

    /** What has become of a loop. */
    sealed interface Finding {
        /** @param silent how long it has given no sign of life */
        record Stalled(Duration silent) implements Finding {}

        /** @param after how long it stood still */
        record Recovered(Duration after) implements Finding {}
    }

    /** What is new, if anything. */
    Optional<Finding> look(long nowNanos, long beatNanos) {
        Duration silent = Duration.ofNanos(nowNanos - beatNanos);
        boolean still = silent.compareTo(STALLED_AFTER) >= 0;
        if (still == stalled) {
            return Optional.empty();
        }
        stalled = still;
        if (still) {
            sinceNanos = beatNanos;
            return Optional.of(new Finding.Stalled(silent));
        }
        return Optional.of(new Finding.Recovered(Duration.ofNanos(beatNanos - sinceNanos)));
    }
}
