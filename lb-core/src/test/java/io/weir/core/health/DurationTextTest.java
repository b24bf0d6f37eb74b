package io.weir.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DurationTextTest {
    @Test
    void takesTheLargestUnitThatLeavesNoFraction() {
        assertThat(DurationText.of(Duration.ofMillis(200))).isEqualTo("200ms");
        assertThat(DurationText.of(Duration.ofMillis(1_500))).isEqualTo("1500ms");
        assertThat(DurationText.of(Duration.ofSeconds(90))).isEqualTo("90s");
        assertThat(DurationText.of(Duration.ofSeconds(300))).isEqualTo("5m");
        assertThat(DurationText.of(Duration.ZERO)).isEqualTo("0s");
    }
}
