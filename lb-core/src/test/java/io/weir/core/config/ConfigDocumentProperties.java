package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.Seeded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ConfigDocumentProperties {
    @Test
    void editedDocumentsComeBackFromTheirYamlAndTheirJson() {
        Seeded.rounds(500, random -> {
            ConfigDocument document = edited(random);
            assertThat(Documents.parsed(document.toYaml())).isEqualTo(document);
            assertThat(Documents.parsed(document.toJson())).isEqualTo(document);
            assertThat(Documents.parsed(document.toYaml()).hash()).isEqualTo(document.hash());
        });
    }

    @Test
    void documentsWithoutChangesAreEqualAndOnlyThose() {
        Seeded.rounds(500, random -> {
            ConfigDocument before = edited(random);
            ConfigDocument after = edit(before, random);
            assertThat(before.changesTo(before)).isEmpty();
            assertThat(before.changesTo(after).isEmpty()).as("%s to %s", before, after).isEqualTo(before.equals(after));
            assertThat(before.hash().equals(after.hash())).isEqualTo(before.equals(after));
        });
    }

    @Test
    void whatWasSetIsFoundAndWhatWasRemovedIsNot() {
        Seeded.rounds(500, random -> {
            ConfigDocument document = edited(random);
            List<String> path = path(document, random);
            Object value = Documents.value(random, 2);
            assertThat(document.with(path, value).get(path)).contains(value);
            assertThat(document.with(path, value).without(path).get(path)).isEmpty();
        });
    }

    /** RFC 7396 section 2, against a direct transcription of its pseudocode. */
    @Test
    void aMergePatchDoesWhatItsRfcSays() {
        Seeded.rounds(500, random -> {
            ConfigDocument document = edited(random);
            Map<String, Object> patch = new HashMap<>();
            Documents.paths(document)
                .stream()
                .limit(3)
                .forEach(path -> patch.put(path.getFirst(), random.nextBoolean() ? null : Documents.value(random, 2)));
            Object expected = mergePatch(document.get(List.of()).orElseThrow(), patch);
            assertThat(document.mergePatch(List.of(), patch).get(List.of())).contains(expected);
        });
    }

    @SuppressWarnings("unchecked")
    private static Object mergePatch(Object target, Object patch) {
        if (!(patch instanceof Map)) {
            return patch;
        }
        Map<String, Object> result = target instanceof Map ? new HashMap<>((Map<String, Object>) target) : new HashMap<>();
        for (var entry : ((Map<String, Object>) patch).entrySet()) {
            if (entry.getValue() == null) {
                result.remove(entry.getKey());
            } else {
                result.put(entry.getKey(), mergePatch(Objects.requireNonNullElse(result.get(entry.getKey()), ""), entry.getValue()));
            }
        }
        return result;
    }

    private static ConfigDocument edited(RandomGenerator random) {
        ConfigDocument document = ConfigDocument.EMPTY;
        for (int i = random.nextInt(8); i > 0; i--) {
            document = edit(document, random);
        }
        return document;
    }

    private static ConfigDocument edit(ConfigDocument document, RandomGenerator random) {
        List<String> path = path(document, random);
        return random.nextInt(4) == 0 ? document.without(path) : document.with(path, Documents.value(random, 3));
    }

    /** A place in a mapping that is there. */
    private static List<String> path(ConfigDocument document, RandomGenerator random) {
        List<List<String>> mappings = new ArrayList<>(List.of(List.of()));
        Documents.paths(document).stream().filter(path -> document.get(path).orElseThrow() instanceof Map).forEach(mappings::add);
        List<String> path = new ArrayList<>(mappings.get(random.nextInt(mappings.size())));
        path.add(Documents.key(random));
        return path;
    }
}
