package io.weir.daemon.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.BackendState;
import io.weir.core.telemetry.EventNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A webhook can ask for every event that the code tells. */
class EventTypesTest {
    private static final Pattern TOLD = Pattern.compile("\\.tell\\(\\s*\"([^\"]+)\"");

    @Test
    void everyEventThatIsToldCanBeAskedFor() throws IOException {
        List<String> told;
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            told = files.filter(file -> file.toString().endsWith(".java")).flatMap(EventTypesTest::types).distinct().toList();
        }

        assertThat(told).hasSizeGreaterThan(15).allSatisfy(type -> assertThat(EventNames.known(type)).as(type).isTrue());
    }

    @Test
    void everyStateOfABackendCanBeAskedFor() {
        assertThat(Arrays.stream(BackendState.values()).map(state -> "backend." + state.text())).allMatch(EventNames::known);
    }

    private static Stream<String> types(Path file) {
        try {
            return TOLD.matcher(Files.readString(file)).results().map((MatchResult found) -> found.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
