package io.weir.core.concurrency;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.core.limit.Cap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/** Runs small scenarios of two threads through very many interleavings, and asks of each whether some sequential order explains what was answered. */
class CapLincheckTest {
    private static final int THREADS = 2;

    @Test
    void aPlaceIsGivenWheneverThereIsOneAndNeverTwice() {
        options().check(ACap.class);
    }

    /** The tool must find the fault of this one, or its silence about the other means nothing. */
    @Test
    void theToolSeesThatAddingFirstAndUndoingTurnsAwayOneThatHadRoom() {
        assertThatThrownBy(() -> options().check(AddsFirst.class)).isInstanceOf(LincheckAssertionError.class);
    }

    private static ModelCheckingOptions options() {
        return new ModelCheckingOptions().threads(THREADS)
            .actorsPerThread(3)
            .actorsBefore(0)
            .actorsAfter(0)
            .iterations(10)
            .invocationsPerIteration(500);
    }

    /** One place for two threads, each of which gives back only what it took. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static final class ACap {
        private final Cap cap = new Cap(1);
        private final int[] held = new int[THREADS + 1];

        @Operation
        public boolean take(@Param(name = "thread") int thread) {
            boolean taken = cap.tryAcquire();
            held[thread] += taken ? 1 : 0;
            return taken;
        }

        @Operation
        public boolean giveBack(@Param(name = "thread") int thread) {
            if (held[thread] == 0) {
                return false;
            }
            held[thread]--;
            cap.release();
            return true;
        }
    }

    /** The same, but a failing attempt takes a place for a moment. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static final class AddsFirst {
        private final AtomicInteger open = new AtomicInteger();
        private final int[] held = new int[THREADS + 1];

        @Operation
        public boolean take(@Param(name = "thread") int thread) {
            if (open.getAndIncrement() < 1) {
                held[thread]++;
                return true;
            }
            open.decrementAndGet();
            return false;
        }

        @Operation
        public boolean giveBack(@Param(name = "thread") int thread) {
            if (held[thread] == 0) {
                return false;
            }
            held[thread]--;
            open.decrementAndGet();
            return true;
        }
    }
}
