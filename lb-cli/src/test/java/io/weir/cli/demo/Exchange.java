package io.weir.cli.demo;

import java.util.Optional;

/**
 * One request of {@link OpenLoopTraffic} and what became of it. A value.
 *
 * @param through the address that it was sent to
 * @param startedNanos when it began to be sent, by {@link System#nanoTime}
 * @param status 0 if no whole answer came
 * @param backend what the answer's X-Backend names, or empty
 * @param broken why no whole answer came
 */
record Exchange(String through, String target, long startedNanos, long endedNanos, int status, String backend, Optional<String> broken) {
    boolean failed() {
        return status != 200 || backend.isEmpty();
    }

    boolean startedBetween(long fromNanos, long toNanos) {
        return startedNanos - fromNanos >= 0 && startedNanos - toNanos < 0;
    }

    /** In words, with its times counted from {@code originNanos}. */
    String text(long originNanos) {
        return "%s%s at %d ms for %d ms: %s".formatted(through, target, (startedNanos - originNanos) / 1_000_000,
                (endedNanos - startedNanos) / 1_000_000, broken.orElse(status + " by '" + backend + "'"));
    }
}
