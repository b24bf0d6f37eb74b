package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileConfigStoreTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    @TempDir
    private Path folder;

    @Test
    void anEmptyFolderHasNoRevisionAndTheFirstIsNumberOne() throws IOException {
        try (var store = new FileConfigStore(folder.resolve("new/state"))) {
            assertThat(store.latest()).isEmpty();
            assertThat(store.list()).isEmpty();
            assertThat(store.nextNumber()).isEqualTo(1);
            assertThat(store.findings()).isEmpty();
        }
    }

    @Test
    void whatWasWrittenIsThereAfterTheNextStart() throws IOException {
        try (var store = new FileConfigStore(folder)) {
            store.write(revision(1));
            store.write(revision(2));
        }
        try (var store = new FileConfigStore(folder)) {
            assertThat(store.latest()).contains(revision(2));
            assertThat(store.read(1)).contains(revision(1));
            assertThat(store.read(3)).isEmpty();
            assertThat(store.list()).containsExactly(revision(2).header(), revision(1).header());
            assertThat(store.nextNumber()).isEqualTo(3);
        }
    }

    @Test
    void whileItIsLentAnotherOneMayUseTheFolderAndNothingIsWrittenHere() throws IOException {
        try (var store = new FileConfigStore(folder)) {
            store.write(revision(1));
            store.lend();
            try (var other = new FileConfigStore(folder)) {
                assertThatThrownBy(() -> store.write(revision(2))).isInstanceOf(IOException.class)
                    .hasMessage("another process takes over the state folder; try again when it has");
                assertThatThrownBy(store::takeBack).isInstanceOf(IOException.class).hasMessageContaining("is in use by");
                other.write(revision(2));
            }

            store.takeBack();
            assertThat(store.latest()).contains(revision(2));
            store.write(revision(3));
        }
    }

    @Test
    void aNumberThatWasUsedIsRefused() throws IOException {
        try (var store = new FileConfigStore(folder)) {
            store.write(revision(7));
            assertThatThrownBy(() -> store.write(revision(7))).hasMessage("revision 7, want 8 or more");
        }
    }

    @Test
    void theLastHundredAreKept() throws IOException {
        try (var store = new FileConfigStore(folder)) {
            for (long number = 1; number <= 105; number++) {
                store.write(revision(number));
            }
            assertThat(store.list()).extracting(RevisionHeader::number)
                .containsExactlyElementsOf(LongStream.iterate(105, n -> n - 1).limit(100).boxed().toList());
            assertThat(store.read(5)).isEmpty();
            assertThat(file(5)).doesNotExist();
        }
    }

    @Test
    void aFileCutAtAnyByteIsReportedAndTheOneBeforeItIsUsed() throws IOException {
        try (var store = new FileConfigStore(folder)) {
            store.write(revision(1));
            store.write(revision(2));
        }
        byte[] whole = Files.readAllBytes(file(2));
        for (int length = 0; length < whole.length; length++) {
            Files.write(file(2), Arrays.copyOf(whole, length));
            try (var store = new FileConfigStore(folder)) {
                assertThat(store.latest()).as("cut to %d bytes", length).contains(revision(1));
                assertThat(store.findings()).containsExactly(file(2) + " is damaged and passed over");
                assertThat(store.list()).containsExactly(revision(1).header());
                assertThat(store.nextNumber()).isEqualTo(3);
            }
        }
    }

    @Test
    void aChangedByteAnywhereIsNoticed() {
        byte[] whole = RevisionFile.encode(revision(1));
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x20;
            assertThat(RevisionFile.decode(changed)).as("byte %d changed", at).isEmpty();
        }
        assertThat(RevisionFile.decode(whole)).contains(revision(1));
    }

    @Test
    void theLeftoverOfAKilledWriteIsRemoved() throws IOException {
        try (var store = new FileConfigStore(folder)) {
            store.write(revision(1));
        }
        Path leftover = Files.writeString(folder.resolve("revisions/2.tmp"), "half a rev");
        try (var store = new FileConfigStore(folder)) {
            assertThat(leftover).doesNotExist();
            assertThat(store.latest()).contains(revision(1));
            assertThat(store.findings()).isEmpty();
        }
    }

    @Test
    void aWriteSyncsTheFileThenRenamesThenSyncsTheFolder() throws IOException {
        var disk = new WatchedDisk();
        try (var store = new FileConfigStore(folder, disk)) {
            disk.steps.clear();
            store.write(revision(1));
        }
        assertThat(disk.steps).containsExactly("write and sync 1.tmp", "rename 1.tmp to 1.yaml", "sync revisions");
    }

    @Test
    void aFailureOfAnyStepLeavesTheOldStateHereAndAfterARestart() throws IOException {
        for (int failing = 0; failing < 3; failing++) {
            Path state = folder.resolve("state" + failing);
            var disk = new WatchedDisk();
            try (var store = new FileConfigStore(state, disk)) {
                store.write(revision(1));
                disk.failAfter(failing);
                assertThatThrownBy(() -> store.write(revision(2))).isInstanceOf(IOException.class).hasMessage("no space left");
                assertThat(store.latest()).contains(revision(1));
                assertThat(store.list()).containsExactly(revision(1).header());
            }
            try (var store = new FileConfigStore(state)) {
                assertThat(store.latest()).as("step %d failed", failing).contains(revision(1));
                store.write(revision(2));
                assertThat(store.latest()).contains(revision(2));
            }
        }
    }

    @Test
    void twoStoresCannotShareAFolder() throws IOException {
        try (var store = new FileConfigStore(folder)) {
            assertThat(store.latest()).isEmpty();
            assertThatThrownBy(() -> new FileConfigStore(folder)).isInstanceOf(IOException.class)
                .hasMessage("state folder " + folder + " is in use by this very process");
        }
        new FileConfigStore(folder).close();
    }

    private Path file(long number) {
        return folder.resolve("revisions").resolve(number + ".yaml");
    }

    static Revision revision(long number) {
        String text = "version: 1 # ä\nzones: {zone-" + number + ": {}}\n";
        return new Revision(number, AT.plusSeconds(number), "socket uid=0", "zones.zone-" + number + ": added", text,
                Sha256.hex(text.getBytes(
                        StandardCharsets.UTF_8)));
    }

    private static final class WatchedDisk implements Disk {
        private final List<String> steps = new ArrayList<>();
        private int stepsUntilFailure = Integer.MAX_VALUE;

        void failAfter(int steps) {
            stepsUntilFailure = steps;
        }

        @Override
        public void writeAndSync(Path file, byte[] bytes) throws IOException {
            step("write and sync " + file.getFileName());
            Disk.super.writeAndSync(file, bytes);
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            step("rename " + from.getFileName() + " to " + to.getFileName());
            Disk.super.rename(from, to);
        }

        @Override
        public void syncFolder(Path folder) throws IOException {
            step("sync " + folder.getFileName());
            Disk.super.syncFolder(folder);
        }

        private void step(String step) throws IOException {
            steps.add(step);
            if (stepsUntilFailure-- == 0) {
                throw new IOException("no space left");
            }
        }
    }
}
