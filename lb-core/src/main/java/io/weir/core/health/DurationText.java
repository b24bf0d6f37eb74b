package io.weir.core.health;

import java.time.Duration;

/** Durations in causes and messages as the configuration writes them: {@code 500ms}, {@code 2s}, {@code 5m}. Any thread. */
public final class DurationText {
    private static final long SECOND_MILLIS = 1_000;
    private static final long MINUTE_MILLIS = 60_000;

    private DurationText() {
    }

    /** In the largest of minutes, seconds and milliseconds that leaves no fraction; less than a millisecond is cut off. */
    public static String of(Duration duration) {
        long millis = duration.toMillis();
        if (millis % SECOND_MILLIS != 0) {
            return millis + "ms";
        }
        return millis % MINUTE_MILLIS != 0 || millis == 0 ? millis / SECOND_MILLIS + "s" : millis / MINUTE_MILLIS + "m";
    }
}
