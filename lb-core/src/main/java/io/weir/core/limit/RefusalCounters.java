package io.weir.core.limit;

import io.weir.core.telemetry.LoopCounter;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The clients that one listener refused on one loop. Written on the loop, read by any thread. */
public final class RefusalCounters {
    private final EnumMap<Refusal, LoopCounter> countByReason = new EnumMap<>(Refusal.class);

    /** All zero. */
    public RefusalCounters() {
        for (Refusal reason : Refusal.values()) {
            countByReason.put(reason, new LoopCounter());
        }
    }

    /** On the loop only. */
    public void count(Refusal reason) {
        counter(reason).increment();
    }

    public long get(Refusal reason) {
        return counter(reason).get();
    }

    private LoopCounter counter(Refusal reason) {
        return Objects.requireNonNull(countByReason.get(reason));
    }

    /** What all loops have counted, by the text of the reason; what never happened stands there too. */
    public static Map<String, Long> sums(Collection<RefusalCounters> loops) {
        Map<String, Long> sumByReason = new HashMap<>();
        for (Refusal reason : Refusal.values()) {
            sumByReason.put(reason.text(), loops.stream().mapToLong(counters -> counters.get(reason)).sum());
        }
        return sumByReason;
    }
}
