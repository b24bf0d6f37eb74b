package io.weir.daemon;

import io.weir.daemon.DrillClient.Exchange;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What an outside client saw of a fault.
 *
 * @param requests all of the run
 * @param failed those of them without a 2xx answer within the client's limit
 * @param lastFailed from the fault to the start of the last failed request; empty: none failed
 * @param longest the longest wait for a good answer
 * @param broken long TCP connections that broke
 * @param home from the recovery to the start of the first request that a primary backend answered again
 * @param complaints kinds of failures, each with its count
 */
record DrillResult(DrillFault fault, int requests, int failed, Optional<Duration> lastFailed, Duration longest, int broken, Duration home,
        List<String> complaints) {

    static DrillResult of(DrillFault fault, List<String> clientLines, long faultNanos, long recoveryNanos) {
        List<Exchange> exchanges = clientLines.stream().map(Exchange::parse).filter(Objects::nonNull).toList();
        List<Exchange> failed = exchanges.stream().filter(Exchange::failed).toList();
        long broken = clientLines.stream().filter(line -> line.startsWith(DrillClient.BROKEN)).count();
        return new DrillResult(fault, exchanges.size(), failed.size(),
                failed.stream().map(Exchange::startedNanos).max(Long::compare).map(last -> Duration.ofNanos(last - faultNanos)),
                exchanges.stream().filter(e -> !e.failed()).map(Exchange::took).max(Duration::compareTo).orElse(Duration.ZERO),
                Math.toIntExact(broken),
                exchanges.stream()
                    .filter(e -> e.startedNanos() > recoveryNanos && e.servedByPrimary())
                    .map(Exchange::startedNanos)
                    .min(Long::compare)
                    .map(first -> Duration.ofNanos(first - recoveryNanos))
                    .orElseThrow(),
                failed.stream()
                    .map(e -> e.status() + " " + e.backend())
                    .distinct()
                    .sorted()
                    .map(kind -> kind + " x"
                            + failed.stream().filter(e -> kind.equals(e.status() + " " + e.backend())).count())
                    .toList());
    }

    /** Whether no request failed that started so long after the fault. */
    boolean noneFailedAfter(Duration limit) {
        return lastFailed.map(last -> last.compareTo(limit) <= 0).orElse(true);
    }

    static String head() {
        return """
                | transport | check | fault of the primary zone | last failed request began after | failed of all requests | longest good answer \
                | long connections broken, of 200 | traffic home after recovery |
                |---|---|---|---|---|---|---|---|""";
    }

    String row(String transport, String check) {
        return "| " + transport + " | " + check + " | " + fault.text() + " | " + lastFailed.map(DrillResult::seconds).orElse("none failed")
                + " | " + failed + " of " + requests + " | " + seconds(longest) + " | " + broken + " | " + seconds(home) + " |";
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f s", time.toNanos() / 1e9);
    }
}
