package io.weir.daemon.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.daemon.overload.StallWatch.Finding;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StallWatchTest {
    private static final long START = Long.MAX_VALUE - Duration.ofMillis(500).toNanos();

    private final StallWatch watch = new StallWatch();

    private static long at(int millis) {
        return START + Duration.ofMillis(millis).toNanos();
    }

    @Test
    void aLoopThatIsSilentForASecondIsToldOfOnce() {
        assertThat(watch.look(at(999), at(0))).isEmpty();
        assertThat(watch.look(at(1_000), at(0))).contains(new Finding.Stalled(Duration.ofSeconds(1)));
        assertThat(watch.look(at(1_250), at(0))).isEmpty();
        assertThat(watch.look(at(60_000), at(0))).isEmpty();
    }

    @Test
    void itsRecoveryIsToldWithTheTimeThatItStoodStill() {
        assertThat(watch.look(at(1_200), at(100))).isPresent();
        assertThat(watch.look(at(5_250), at(5_100))).contains(new Finding.Recovered(Duration.ofSeconds(5)));
        assertThat(watch.look(at(5_500), at(5_400))).isEmpty();
        assertThat(watch.look(at(7_000), at(5_400))).contains(new Finding.Stalled(Duration.ofMillis(1_600)));
    }
}
