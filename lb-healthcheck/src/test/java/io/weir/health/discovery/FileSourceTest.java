package io.weir.health.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Backend;
import io.weir.core.model.Discovery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {
    private static final Instant WRITTEN = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path folder;

    private Path file;
    private FileSource source;

    @BeforeEach
    void open() throws IOException {
        file = folder.resolve("members.yaml");
        write(file, "[10.0.0.1:80]", WRITTEN);
        source = new FileSource(new Discovery.File(file, Duration.ofSeconds(1)), Set.of(), () -> WRITTEN.plusSeconds(60));
    }

    @Test
    void aFileThatWasReplacedCountsAtOnce() throws IOException {
        assertThat(names()).containsExactly("file-10.0.0.1-80");
        Path next = write(folder.resolve("next"), "[10.0.0.2:80]", WRITTEN);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        assertThat(names()).containsExactly("file-10.0.0.2-80");
    }

    @Test
    void aFileThatIsWrittenInPlaceCountsOnceItHoldsStill() throws IOException {
        names();
        write(file, "[10.0.0.2:80, 10.0.0.3:", WRITTEN.plusSeconds(1));
        assertThat(names()).containsExactly("file-10.0.0.1-80");
        write(file, "[10.0.0.2:80, 10.0.0.3:80]", WRITTEN.plusSeconds(2));
        assertThat(names()).containsExactly("file-10.0.0.1-80");
        assertThat(names()).containsExactly("file-10.0.0.2-80", "file-10.0.0.3-80");
    }

    @Test
    void aChangeThatLeftTimeAndSizeAsTheyWereIsSeenWhileTheTimeIsFresh() throws IOException {
        var fresh = new FileSource(new Discovery.File(file, Duration.ofSeconds(1)), Set.of(), () -> WRITTEN.plusMillis(100));
        fresh.ask();
        write(file, "[10.0.0.2:80]", WRITTEN);
        assertThat(((Lookup.Found) fresh.ask().lookup()).backends()).extracting(Backend::name).containsExactly("file-10.0.0.2-80");
    }

    @Test
    void aFileThatIsGoneIsAFailureUntilItIsBack() throws IOException {
        names();
        Files.delete(file);
        assertThat(source.ask().lookup()).isEqualTo(new Lookup.Failed(file + ": no such file"));
        write(file, "[10.0.0.1:80]", WRITTEN);
        assertThat(names()).containsExactly("file-10.0.0.1-80");
    }

    private List<String> names() {
        return ((Lookup.Found) source.ask().lookup()).backends().stream().map(Backend::name).toList();
    }

    private static Path write(Path file, String text, Instant modified) throws IOException {
        Files.writeString(file, text);
        return Files.setLastModifiedTime(file, FileTime.from(modified));
    }
}
