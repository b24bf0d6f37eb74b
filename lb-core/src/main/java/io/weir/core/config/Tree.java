package io.weir.core.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a text says, before anyone asks what it means: ordered mappings, sequences and scalars, each with its place. Immutable, any thread. */
sealed interface Tree {
    Position at();

    /** How a message shows this value. */
    String shown();

    /** Values by key, in the order of the text. */
    record Mapping(Map<String, Entry> entries, Position at) implements Tree {
        public Mapping {
            entries = Collections.unmodifiableMap(entries);
        }

        @Override
        public String shown() {
            return "a mapping";
        }
    }

    /** A value and the place of its key. */
    record Entry(Position keyAt, Tree value) {}

    /** A list. */
    record Sequence(List<Tree> items, Position at) implements Tree {
        public Sequence {
            items = Collections.unmodifiableList(items);
        }

        @Override
        public String shown() {
            return items.isEmpty() ? "an empty list" : "a list";
        }
    }

    /** A {@code String}, {@code Long}, {@code Double} or {@code Boolean}. */
    record Scalar(Object value, Position at) implements Tree {
        private static final int MAX_SHOWN = 80;

        @Override
        public String shown() {
            String text = value.toString();
            if (value instanceof String && (text.isBlank() || text.chars().anyMatch(c -> c <= ' ' || c == '\'' || c == 0x7f))) {
                text = "'" + text.replaceAll("\\p{Cntrl}", "?") + "'";
            }
            return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
        }
    }

    /** A key with no value, or {@code null}. */
    record Nothing(Position at) implements Tree {
        @Override
        public String shown() {
            return "nothing";
        }
    }

    /** The generic value: {@code Map}, {@code List} or a scalar; {@code null} for nothing. */
    static @Nullable Object plain(Tree tree) {
        return switch (tree) {
            case Mapping(var entries, var _) -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                entries.forEach((key, entry) -> map.put(key, plain(entry.value())));
                yield Collections.unmodifiableMap(map);
            }
            case Sequence(var items, var _) -> {
                List<@Nullable Object> list = new ArrayList<>(items.size());
                items.forEach(item -> list.add(plain(item)));
                yield Collections.unmodifiableList(list);
            }
            case Scalar(var value, var _) -> value;
            case Nothing _ -> null;
        };
    }

    /**
     * The tree of a generic value, without places.
     *
     * @throws IllegalArgumentException for what no configuration holds, such as a number beyond 64 bits
     */
    static Tree of(@Nullable Object plain) {
        return switch (plain) {
            case null -> new Nothing(Position.UNKNOWN);
            case Map<?, ?> map -> {
                Map<String, Entry> entries = new LinkedHashMap<>();
                map.forEach((key, value) -> entries.put(String.valueOf(key), new Entry(Position.UNKNOWN, of(value))));
                yield new Mapping(entries, Position.UNKNOWN);
            }
            case Collection<?> list -> new Sequence(list.stream().map(Tree::of).toList(), Position.UNKNOWN);
            default -> new Scalar(scalar(plain), Position.UNKNOWN);
        };
    }

    private static Object scalar(Object plain) {
        return switch (plain) {
            case String text -> text;
            case Boolean flag -> flag;
            case Long _,Integer _,Short _,Byte _ -> ((Number) plain).longValue();
            case Double _,Float _,BigDecimal _ -> ((Number) plain).doubleValue();
            default -> throw new IllegalArgumentException(plain + ", want text, true, false or a number of at most 64 bits");
        };
    }
}
