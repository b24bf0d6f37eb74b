package io.weir.daemon;

import io.weir.testkit.RecordingBackend;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is acknowledged survives kill -9. The long run is {@code -Dweir.kill.rounds=100 -Dweir.kill.applies=500}. */
class KillIT {
    private static final int ROUNDS = Integer.getInteger("weir.kill.rounds", 5);
    private static final int APPLIES = Integer.getInteger("weir.kill.applies", 50);
    private static final int BACKENDS = 2_000;

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void anAcknowledgedRevisionSurvivesAKillAtAnyInstant(@TempDir Path folder) throws InterruptedException {
        long seed = Long.getLong("weir.seed", System.nanoTime());
        try (var backend = RecordingBackend.http("i-01")) {
            new KillRounds(folder, backend, APPLIES, BACKENDS, seed).run(ROUNDS);
        } catch (AssertionError failure) {
            throw new AssertionError("failed with -Dweir.seed=" + seed + ": " + failure.getMessage(), failure);
        }
    }
}
