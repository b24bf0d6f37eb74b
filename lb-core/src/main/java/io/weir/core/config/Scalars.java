package io.weir.core.config;

import io.weir.core.model.Entrance;
import io.weir.core.model.Names;
import io.weir.core.model.Percent;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Shapes of single values. Any thread. */
final class Scalars {
    private static final Map<String, Object> TEXT_SCHEMA = Map.of("type", "string");

    private Scalars() {}

    /** A shape from a function that gives the value, or nothing when it is wrong. */
    private record Scalar<T>(Function<Object, Optional<T>> parse, String wanted, Map<String, Object> schema, Function<T, Object> writer)
            implements
                Shape<T> {
        @Override
        public Optional<T> read(Place place, Tree value) {
            Optional<T> read = value instanceof Tree.Scalar(var plain, var _) ? parse.apply(plain) : Optional.empty();
            if (read.isEmpty()) {
                place.problem(value, wanted);
            }
            return read;
        }

        @Override
        public Object written(T value) {
            return writer.apply(value);
        }
    }

    /** A shape that refuses more than its schema can say; {@code refusal} gives what is wanted instead of a value, or nothing. */
    private record Narrowed<T>(Shape<T> shape, BiFunction<Place, Tree, Optional<String>> refusal) implements Shape<T> {
        @Override
        public Optional<T> read(Place place, Tree value) {
            Optional<String> instead = refusal.apply(place, value);
            instead.ifPresent(wanted -> place.problem(value, wanted));
            return instead.isPresent() ? Optional.empty() : shape.read(place, value);
        }

        @Override
        public String wanted() {
            return shape.wanted();
        }

        @Override
        public Map<String, Object> schema() {
            return shape.schema();
        }

        @Override
        public Object written(T value) {
            return shape.written(value);
        }
    }

    static Shape<Integer> whole(int low, int high) {
        Map<String, Object> schema = ordered("type", "integer", "minimum", low, "maximum", high);
        return new Scalar<>(
                plain -> plain instanceof Long number && number >= low && number <= high ? Optional.of(number.intValue())
                        : Optional.empty(),
                low == high ? String.valueOf(low) : low + ".." + high, schema, number -> number);
    }

    /** {@code 50%}. */
    static Shape<Percent> percent(int low, int high) {
        return new Scalar<>(plain -> text(plain).flatMap(Units::percent).filter(p -> p.value() >= low && p.value() <= high),
                low + "%.." + high + "%", ordered("type", "string", "pattern", Units.PERCENT_PATTERN), Percent::toString);
    }

    static Shape<Double> decimal(double low, double high) {
        Map<String, Object> schema = ordered("type", "number", "minimum", low, "maximum", high);
        return new Scalar<>(
                plain -> plain instanceof Number number && number.doubleValue() >= low && number.doubleValue() <= high
                        ? Optional.of(number.doubleValue())
                        : Optional.empty(),
                low + ".." + high, schema, number -> number);
    }

    /** Text of so many characters. */
    static Shape<String> text(int least, int most) {
        return new Scalar<>(plain -> text(plain).filter(text -> text.length() >= least && text.length() <= most),
                "text of " + least + ".." + most + " characters",
                ordered("type", "string", "minLength", least, "maxLength", most), text -> text);
    }

    static Shape<Boolean> flag() {
        return new Scalar<>(plain -> plain instanceof Boolean flag ? Optional.of(flag) : Optional.empty(), "true or false",
                Map.of("type", "boolean"), flag -> flag);
    }

    static Shape<Duration> duration(Duration low, Duration high) {
        String range = Units.text(low) + ".." + Units.text(high);
        return new Scalar<>(
                plain -> text(plain).flatMap(Units::duration).filter(d -> d.compareTo(low) >= 0 && d.compareTo(high) <= 0),
                range, ordered("type", "string", "pattern", Units.DURATION_PATTERN), Units::text);
    }

    static Shape<Long> size(long low, long high) {
        String range = high == Long.MAX_VALUE ? Units.text(low) + " or more" : Units.text(low) + ".." + Units.text(high);
        return new Scalar<>(plain -> text(plain).flatMap(Units::size).filter(bytes -> bytes >= low && bytes <= high), range,
                ordered("type", "string", "pattern", Units.SIZE_PATTERN), Units::text);
    }

    /** {@code 100Mbps}, in bits a second. */
    static Shape<Long> bandwidth(long low, long high) {
        return new Scalar<>(plain -> text(plain).flatMap(Units::bandwidth).filter(bits -> bits >= low && bits <= high),
                Units.bandwidthText(low) + ".." + Units.bandwidthText(high),
                ordered("type", "string", "pattern", Units.BANDWIDTH_PATTERN), Units::bandwidthText);
    }

    /** Text that {@code parse} turns into a value, or rejects with an {@link IllegalArgumentException}. */
    static <T> Shape<T> parsed(String wanted, Function<String, T> parse) {
        return new Scalar<>(plain -> text(plain).flatMap(text -> accepted(text, parse)), wanted, TEXT_SCHEMA, Object::toString);
    }

    static Shape<InetSocketAddress> peer() {
        return new Scalar<>(plain -> text(plain).flatMap(Addresses::peer), "IP:PORT or [IPv6]:PORT", TEXT_SCHEMA, Object::toString);
    }

    /** Where a backend is: with its port, or without for the one that the client connected to. */
    static Shape<InetSocketAddress> peerOrHost() {
        return new Scalar<>(plain -> text(plain).flatMap(Addresses::peerOrHost), "IP:PORT, [IPv6]:PORT or IP", TEXT_SCHEMA,
                Object::toString);
    }

    static Shape<InetSocketAddress> bind() {
        String wanted = "IP:PORT, [IPv6]:PORT or :PORT";
        Shape<InetSocketAddress> address = new Scalar<>(plain -> text(plain).flatMap(Addresses::bind), wanted, TEXT_SCHEMA,
                Object::toString);
        return new Narrowed<>(address, (place, value) -> {
            boolean range = value instanceof Tree.Scalar(String text, var _) && Addresses.isPortRange(text);
            return range ? Optional.of(wanted + " (ranges with protocol tcp only)") : Optional.empty();
        });
    }

    /** An address with one port, or with a range of them. */
    static Shape<PortRange> binds() {
        return new Scalar<>(plain -> text(plain).flatMap(Addresses::binds),
                "IP:PORT, [IPv6]:PORT or :PORT, or PORT-PORT for up to " + Entrance.MAX_PORTS + " ports", TEXT_SCHEMA, Object::toString);
    }

    static Shape<String> name() {
        return new Scalar<>(plain -> text(plain).filter(Names::valid), "a name: " + Names.RULE,
                ordered("type", "string", "pattern", Names.PATTERN), name -> name);
    }

    /** The name of something that the top-level mapping {@code section} defines. */
    static Shape<String> reference(String section, String noun) {
        String article = "aeiou".indexOf(noun.charAt(0)) < 0 ? "a " : "an ";
        Shape<String> name = new Scalar<>(Scalars::text, "the name of " + article + noun,
                ordered("type", "string", "pattern", Names.PATTERN),
                text -> text);
        return new Narrowed<>(name, (place, value) -> {
            var names = place.reading().names(section);
            if (!(value instanceof Tree.Scalar(String text, var _)) || names.contains(text)) {
                return Optional.empty();
            }
            return Optional.of(name.wanted() + Nearest.to(text, names).map(near -> ", perhaps " + near).orElse(""));
        });
    }

    /** One of some words; {@code later} are words that the product will know. */
    static <T> Shape<T> choice(Map<String, T> valueByWord, List<String> later) {
        String words = alternatives(List.copyOf(valueByWord.keySet()));
        Map<String, Object> schema = Map.of("enum", List.copyOf(valueByWord.keySet()));
        Shape<T> choice = new Scalar<>(plain -> text(plain).flatMap(word -> Optional.ofNullable(valueByWord.get(word))), words, schema,
                value -> word(valueByWord, value));
        return new Narrowed<>(choice, (place, value) -> later.stream()
            .filter(word -> names(value, word))
            .findFirst()
            .map(word -> words + " (" + word + " is " + Key.NOT_YET + ")"));
    }

    /** A choice without a word that is one elsewhere, and why it is none here. */
    static <T> Shape<T> without(Shape<T> choice, String word, String why) {
        return new Narrowed<>(choice, (place, value) -> names(value, word)
                ? Optional.of(choice.wanted() + ": " + word + " " + why)
                : Optional.empty());
    }

    /** A choice that has one answer so far. */
    static Shape<String> word(String served, String... later) {
        return choice(words(List.of(served)), List.of(later));
    }

    static Shape<Path> absolutePath() {
        return parsed("an absolute path", text -> {
            Path path = Path.of(text);
            if (!path.isAbsolute()) {
                throw new InvalidPathException(text, "not absolute");
            }
            return path;
        });
    }

    /** One of the constants of an enum, written in lower case. */
    static <E extends Enum<E>> Shape<E> lowerCase(E[] values) {
        return choice(words(values, value -> value.name().toLowerCase(Locale.ROOT)), List.of());
    }

    static <T> Map<String, T> words(T[] values, Function<T, String> word) {
        Map<String, T> valueByWord = new LinkedHashMap<>();
        for (T value : values) {
            valueByWord.put(word.apply(value), value);
        }
        return valueByWord;
    }

    /** Words that stand for themselves. */
    static Map<String, String> words(Collection<String> words) {
        return words(words.toArray(String[]::new), word -> word);
    }

    static Optional<String> text(Object plain) {
        return plain instanceof String text ? Optional.of(text) : Optional.empty();
    }

    static String alternatives(List<String> words) {
        return words.size() == 1 ? words.getFirst() : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
    }

    /** A map that keeps its order, from keys and values in turn. */
    static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    /** A word alone, or with an argument: {@code maglev}, {@code header:x-user}, {@code {below: 50%}}. */
    private static boolean names(Tree value, String word) {
        return switch (value) {
            case Tree.Scalar(String text, var _) -> text.equals(word) || text.startsWith(word + ":");
            case Tree.Mapping(var entries, var _) -> entries.containsKey(word);
            case Tree.Scalar _,Tree.Sequence _,Tree.Nothing _ -> false;
        };
    }

    private static <T> Object word(Map<String, T> valueByWord, T value) {
        return valueByWord.entrySet().stream().filter(entry -> entry.getValue().equals(value)).findFirst().orElseThrow().getKey();
    }

    private static <T> Optional<T> accepted(String text, Function<String, T> parse) {
        try {
            return Optional.of(parse.apply(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
