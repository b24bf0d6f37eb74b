package io.weir.health.schedule;

import io.weir.core.health.ProbeOutcome;
import io.weir.core.telemetry.LoopCounter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What the probe loop has done. It writes; any thread may read. */
public final class ProbeCounters {
    /** The upper bounds of the lateness histogram's cells; the last cell has none. */
    public static final List<Duration> LATE_BOUNDS = Stream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000).map(Duration::ofMillis).toList();

    private final Map<Kind, LoopCounter> counterByKind = new ConcurrentHashMap<>();
    private final LoopCounter waited = new LoopCounter();
    private final LoopCounter lateNanos = new LoopCounter();
    private final List<LoopCounter> lateCells = Stream.generate(LoopCounter::new).limit(LATE_BOUNDS.size() + 1L).toList();

    /** How a probe may end. */
    public enum Result {
        PASSED("passed"), FAILED("failed"), NOT_TRIED("not-tried");

        private final String text;

        Result(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /** @param type of the probe, as the configuration has it */
    public record Kind(String type, Result result) {}

    void count(String type, ProbeOutcome outcome) {
        Result result = switch (outcome) {
            case ProbeOutcome.Success _ -> Result.PASSED;
            case ProbeOutcome.Failure _ -> Result.FAILED;
            case ProbeOutcome.NotTried _ -> Result.NOT_TRIED;
        };
        counterByKind.computeIfAbsent(new Kind(type, result), _ -> new LoopCounter()).increment();
    }

    void countWait() {
        waited.increment();
    }

    void countLate(long nanos) {
        lateNanos.add(nanos);
        int cell = 0;
        while (cell < LATE_BOUNDS.size() && nanos > LATE_BOUNDS.get(cell).toNanos()) {
            cell++;
        }
        lateCells.get(cell).increment();
    }

    /** Probes that have ended, by type and result; nothing for what has not happened. */
    public Map<Kind, Long> ended() {
        Map<Kind, Long> ended = new LinkedHashMap<>();
        counterByKind.forEach((kind, counter) -> ended.put(kind, counter.get()));
        return ended;
    }

    private long ended(Result result) {
        return counterByKind.entrySet()
            .stream()
            .filter(entry -> entry.getKey().result() == result)
            .mapToLong(entry -> entry.getValue().get())
            .sum();
    }

    public long succeeded() {
        return ended(Result.PASSED);
    }

    public long failed() {
        return ended(Result.FAILED);
    }

    /** Probes that this node could not carry out: no socket, no port, no right. */
    public long notTried() {
        return ended(Result.NOT_TRIED);
    }

    /** Probes that began late because as many as may be open at once were open. */
    public long waited() {
        return waited.get();
    }

    /** How much later than they were due all probes together began. */
    public long lateNanos() {
        return lateNanos.get();
    }

    /** Probes by how late they began: one cell for each of {@link #LATE_BOUNDS}, and one beyond. */
    public List<Long> lateCells() {
        return lateCells.stream().map(LoopCounter::get).toList();
    }
}
