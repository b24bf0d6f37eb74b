package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LargeConfigurationTest {
    private static final int BACKENDS = 2_000;
    private static final int WARM_UP = 30;
    private static final int MEASURED = 11;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** 15 ms on two cores where it was written; the bound is for a slow one, and what others do with the processor does not count. */
    @Test
    void twoThousandBackendsAreReadInATenthOfASecond() {
        String text = text();
        for (int i = 0; i < WARM_UP; i++) {
            assertThat(parse(text).configuration().pools().get("p1")).isNotNull();
        }
        long[] nanos = LongStream.range(0, MEASURED).map(_ -> nanos(text)).sorted().toArray();
        Duration median = Duration.ofNanos(nanos[MEASURED / 2]);
        System.out.println(BACKENDS + " backends, " + text.length() + " characters: " + median.toNanos() / 1_000 + " us");
        assertThat(median).isLessThan(Duration.ofMillis(100));
    }

    private static long nanos(String text) {
        long start = THREADS.getCurrentThreadCpuTime();
        assertThat(parse(text).warnings()).isEmpty();
        return THREADS.getCurrentThreadCpuTime() - start;
    }

    private static TrafficResult.Accepted parse(String text) {
        return (TrafficResult.Accepted) TrafficFile.parse("weir.yaml", text);
    }

    private static String text() {
        StringBuilder text = new StringBuilder("version: 1\nzones: {zone-a: {}, zone-b: {}}\npools:\n");
        for (int pool = 0; pool < 20; pool++) {
            text.append("  p").append(pool).append(":\n    zones: {primary: [zone-a], backup: [zone-b]}\n    backends:\n");
            for (int backend = 0; backend < BACKENDS / 20; backend++) {
                text.append(
                        "      i-%03d: {address: \"10.0.%d.%d:8080\", zone: zone-%s, weight: %d}\n".formatted(backend, pool, backend + 1,
                                backend % 2 == 0 ? "a" : "b", backend));
            }
        }
        return text.toString();
    }
}
