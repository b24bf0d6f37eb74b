package io.weir.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoopCounterTest {
    @Test
    void countsWhatWasAdded() {
        LoopCounter counter = new LoopCounter();

        counter.increment();
        counter.add(41);

        assertThat(counter.get()).isEqualTo(42);
    }

    @Test
    void aReaderOnAnotherThreadSeesItOnlyGrowAndSeesTheEnd() throws InterruptedException {
        LoopCounter counter = new LoopCounter();
        AtomicLong steps = new AtomicLong();
        AtomicLong backwards = new AtomicLong();
        Thread reader = Thread.ofPlatform().start(() -> {
            long last = 0;
            while (last < 5_000_000) {
                long now = counter.get();
                if (now < last) {
                    backwards.incrementAndGet();
                } else if (now > last) {
                    steps.incrementAndGet();
                }
                last = now;
            }
        });

        for (int i = 0; i < 5_000_000; i++) {
            counter.increment();
        }

        reader.join(10_000);
        assertThat(reader.isAlive()).isFalse();
        assertThat(backwards).hasValue(0);
        assertThat(steps.get()).isPositive();
    }
}
