package io.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SimulatedClockTest {
    private final SimulatedClock clock = new SimulatedClock();

    @Test
    void nanosecondsAndInstantsMoveTogether() {
        long before = clock.getAsLong();

        clock.advance(Duration.ofMillis(1500));

        assertThat(clock.getAsLong() - before).isEqualTo(1_500_000_000L);
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-01-01T00:00:01.500Z"));
    }

    @Test
    void theNanosecondCounterOverflowsWithinSeconds() {
        long before = clock.getAsLong();

        clock.advance(Duration.ofSeconds(6));

        assertThat(clock.getAsLong()).isLessThan(before);
        assertThat(clock.getAsLong() - before).isEqualTo(6_000_000_000L);
    }

    @Test
    void timeDoesNotGoBack() {
        assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
            .hasMessage("duration is PT-0.000000001S, want zero or more: this clock never goes back");
    }
}
