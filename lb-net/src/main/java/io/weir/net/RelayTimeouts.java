package io.weir.net;

import java.time.Duration;

/**
 * The deadlines of a relayed connection. Immutable; precise to {@link TimerWheel#TICK}.
 *
 * @param connect for all attempts together
 * @param attempt for one backend if another is left to try, so that a black hole does not use up the whole; the last one
 *     has what is left
 * @param idle without a byte in either direction
 */
public record RelayTimeouts(Duration connect, Duration attempt, Duration idle) {
    public RelayTimeouts {
        positive("connect", connect);
        positive("attempt", attempt);
        positive("idle", idle);
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " is " + value + ", want more than 0");
        }
    }
}
