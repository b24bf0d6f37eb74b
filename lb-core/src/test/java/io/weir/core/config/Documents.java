package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Documents for tests, read and made up. */
final class Documents {
    private static final List<Object> SCALARS = List.of("text", "", " ", "true", "null", "~", "1", "1.5", "0x1f", "- a", "a: b", "#c", "'",
            "\"", "ä€😀",
            "two\nlines\n", "*x", "&x", "!!int 3", "tab\there", "{", "[", "%", "@", "`", "? k", "---", "...", "<<", "=", "1:30",
            "2026-01-01",
            "\u0001\u007f\u0085\u2028", "trailing ", 0L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, 1.5, -0.25, 1e100, true, false);

    private Documents() {}

    static ConfigDocument parsed(String text) {
        DocumentResult result = ConfigDocument.parse("weir.yaml", text);
        assertThat(result).as("%s", result).isInstanceOf(DocumentResult.Parsed.class);
        return ((DocumentResult.Parsed) result).document();
    }

    /** The paths of all values that are reached through mappings, the document itself not among them. */
    static List<List<String>> paths(ConfigDocument document) {
        List<List<String>> paths = new ArrayList<>();
        collect(List.of(), document.get(List.of()).orElseThrow(), paths);
        return paths;
    }

    private static void collect(List<String> path, Object value, List<List<String>> paths) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, child) -> {
                List<String> here = new ArrayList<>(path);
                here.add(String.valueOf(key));
                paths.add(List.copyOf(here));
                collect(here, child, paths);
            });
        }
    }

    static String key(RandomGenerator random) {
        return SCALARS.get(random.nextInt(SCALARS.size())) + (random.nextBoolean() ? "" : String.valueOf(random.nextInt(4)));
    }

    static Object value(RandomGenerator random, int depth) {
        int kind = depth == 0 ? 0 : random.nextInt(4);
        return switch (kind) {
            case 1 -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put(key(random), value(random, depth - 1));
                }
                yield map;
            }
            case 2 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(random, depth - 1));
                }
                yield list;
            }
            default -> SCALARS.get(random.nextInt(SCALARS.size()));
        };
    }
}
