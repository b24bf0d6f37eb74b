package io.weir.core.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The files beside the tests. */
final class Fixtures {
    private Fixtures() {}

    /** As if every key were served. */
    static TrafficResult judged(ConfigDocument document) {
        return TrafficFile.read(document);
    }

    static String text(String name) {
        try (var stream = Objects.requireNonNull(Fixtures.class.getResourceAsStream(name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
