package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.testkit.ManagedProcess;
import io.weir.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileConfigStoreKillIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String STORED = "stored ";

    @TempDir
    private Path folder;

    @Test
    void nothingAcknowledgedIsLostAndNothingTornIsReadWhenTheProcessIsKilled() {
        Seeded.rounds(8, this::killsAWriterAndReadsWhatItLeft);
    }

    @Test
    void aFolderIsFreeOnceItsProcessWasKilled() throws Exception {
        try (var writer = writer()) {
            writer.awaitLine(line -> line.startsWith(STORED), LIMIT);
            assertThatThrownBy(() -> new FileConfigStore(folder)).isInstanceOf(IOException.class)
                .hasMessage("state folder " + folder.toRealPath() + " is in use by process " + writer.pid()
                        + ": stop that one, take its place with --take-over, or set another folder as state in the node file");
            writer.kill();
        }
        new FileConfigStore(folder).close();
    }

    private void killsAWriterAndReadsWhatItLeft(RandomGenerator random) throws Exception {
        long before;
        try (var store = new FileConfigStore(folder)) {
            before = store.nextNumber() - 1;
        }
        long wanted = before + 1 + random.nextInt(60);
        long acknowledged;
        try (var writer = writer()) {
            writer.awaitLine(line -> line.startsWith(STORED) && number(line) >= wanted, LIMIT);
            writer.kill();
            acknowledged = writer.output()
                .stream()
                .filter(line -> line.startsWith(STORED))
                .mapToLong(FileConfigStoreKillIT::number)
                .max()
                .orElseThrow();
        }
        try (var store = new FileConfigStore(folder)) {
            Revision latest = store.latest().orElseThrow();
            assertThat(latest.number()).isGreaterThanOrEqualTo(acknowledged);
            assertThat(latest.text()).isEqualTo(Writer.text(latest.number()));
            assertThat(store.findings()).isEmpty();
            assertThat(store.list()).hasSize((int) Math.min(latest.number(), ConfigStore.KEPT));
        }
    }

    private static long number(String line) {
        return Long.parseLong(line.substring(STORED.length()));
    }

    private ManagedProcess writer() {
        return ManagedProcess.start(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), Writer.class.getName(), folder.toString());
    }

    /** Writes revisions until it is killed, and says after each that it is stored. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws IOException {
            try (var store = new FileConfigStore(Path.of(arguments[0]))) {
                while (store.nextNumber() < 1_000_000) {
                    long number = store.nextNumber();
                    store.write(new Revision(number, Instant.EPOCH, "writer", "one more", text(number), "none"));
                    System.out.println(STORED + number);
                }
            }
        }

        static String text(long number) {
            return ("version: 1 # " + number + "\n").repeat(5_000);
        }
    }
}
