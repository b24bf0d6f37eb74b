package io.weir.daemon.certificate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** When it is said that a certificate comes to its end. Pure. */
final class Expiry {
    /** The first that is not shorter than what is left decides. */
    private static final List<Duration> STEPS = Stream.of(0, 1, 3, 7, 14, 30).map(Duration::ofDays).toList();
    /** Nothing to say yet. */
    static final int FAR = STEPS.size();

    private Expiry() {}

    /** How near the end is: 0 for over, {@link #FAR} for far; it counts down as time goes by. */
    static int step(Instant notAfter, Instant now) {
        Duration left = Duration.between(now, notAfter);
        int step = 0;
        while (step < FAR && left.compareTo(STEPS.get(step)) > 0) {
            step++;
        }
        return step;
    }
}
