package io.weir.core.config;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import org.snakeyaml.engine.v2.schema.Schema;

/**
 * Reads YAML 1.2, and so JSON, into a {@link Tree}. Built on the parser's events, not on its nodes, because a nesting bomb overflows the stack
 * of the composer, and because an alias then shares one immutable tree: its size is known before it is used, which is what stops a billion
 * laughs. Confined to the thread that made it; used once.
 */
final class YamlReader {
    static final int MAX_CHARACTERS = 16 << 20;
    static final int MAX_DEPTH = 32;
    static final int MAX_VALUES = 1_000_000;
    static final Schema SCHEMA = new CoreSchema();

    private static final ScalarResolver RESOLVER = SCHEMA.getScalarResolver();

    private final String file;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Anchored> treeByAnchor = new HashMap<>();
    private final Deque<String> path = new ArrayDeque<>();
    private Iterator<Event> events = List.<Event>of().iterator();
    private int values;

    private YamlReader(String file) {
        this.file = file;
    }

    /**
     * What was read.
     *
     * @param root empty when the text is no YAML at all
     * @param problems the reason for that, or keys that stand twice
     */
    record Text(Optional<Tree> root, List<Problem> problems) {}

    private record Anchored(Tree tree, int values, int height) {}

    static Text read(String file, String text) {
        return new YamlReader(file).read(text);
    }

    private Text read(String text) {
        if (text.length() > MAX_CHARACTERS) {
            return refused(new Problem(file, 1, 1, "", text.length() + " characters", "at most " + MAX_CHARACTERS));
        }
        try {
            events = new Parse(LoadSettings.builder().setLabel(file).setSchema(SCHEMA).setCodePointLimit(MAX_CHARACTERS).build())
                .parseString(text)
                .iterator();
            Tree root = document();
            return new Text(Optional.of(root), problems);
        } catch (Unreadable e) {
            return refused(e.problem);
        } catch (MarkedYamlEngineException e) {
            Position at = e.getProblemMark().or(e::getContextMark).map(YamlReader::position).orElse(new Position(1, 1));
            return refused(new Problem(file, at.line(), at.column(), field(), oneLine(String.valueOf(e.getProblem())), "YAML 1.2 or JSON"));
        } catch (YamlEngineException e) {
            return refused(new Problem(file, 1, 1, "", oneLine(String.valueOf(e.getMessage())), "YAML 1.2 or JSON"));
        }
    }

    private Text refused(Problem problem) {
        List<Problem> all = new ArrayList<>(problems);
        all.add(problem);
        return new Text(Optional.empty(), all);
    }

    private Tree document() {
        events.next();
        Event start = events.next();
        if (start.getEventId() == Event.ID.StreamEnd) {
            return new Tree.Nothing(new Position(1, 1));
        }
        Tree root = value(events.next());
        events.next();
        Event end = events.next();
        if (end.getEventId() != Event.ID.StreamEnd) {
            throw unreadable(end, "a second document", "one");
        }
        return root;
    }

    private Tree value(Event event) {
        if (++values > MAX_VALUES) {
            throw unreadable(event, "more than " + MAX_VALUES + " values", "fewer");
        }
        int before = values;
        Tree tree = switch (event) {
            case ScalarEvent scalar -> scalar(scalar);
            case MappingStartEvent start -> mapping(start);
            case SequenceStartEvent start -> sequence(start);
            case AliasEvent alias -> shared(alias);
            default -> throw new IllegalStateException("the parser sent " + event);
        };
        if (!(event instanceof AliasEvent) && event instanceof NodeEvent node) {
            node.getAnchor().ifPresent(anchor -> treeByAnchor.put(anchor.getValue(), new Anchored(tree, values - before, height(tree))));
        }
        return tree;
    }

    private Tree mapping(MappingStartEvent start) {
        deeper(start);
        Map<String, Tree.Entry> entries = new LinkedHashMap<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            if (!(event instanceof ScalarEvent key)) {
                throw unreadable(event, "a key that is not text", "text");
            }
            path.addLast(key.getValue());
            Position keyAt = position(key);
            Tree.Entry entry = new Tree.Entry(keyAt, value(events.next()));
            Tree.Entry first = entries.putIfAbsent(key.getValue(), entry);
            if (first != null) {
                problems.add(new Problem(file, keyAt.line(), keyAt.column(), field(), "the key stands twice",
                        "it once (first on line " + first.keyAt().line() + ")"));
            }
            path.removeLast();
        }
        return new Tree.Mapping(entries, position(start));
    }

    private Tree sequence(SequenceStartEvent start) {
        deeper(start);
        List<Tree> items = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            path.addLast("[" + items.size() + "]");
            items.add(value(event));
            path.removeLast();
        }
        return new Tree.Sequence(items, position(start));
    }

    /** The path grows by one with every level, the element's own step included. */
    private void deeper(Event start) {
        if (path.size() >= MAX_DEPTH) {
            throw unreadable(start, "nested deeper than " + MAX_DEPTH + " levels", "fewer");
        }
    }

    private Tree shared(AliasEvent alias) {
        Anchored anchored = treeByAnchor.get(alias.getAlias().getValue());
        if (anchored == null) {
            throw unreadable(alias, "*" + alias.getAlias().getValue(), "an anchor that stands before it");
        }
        values += anchored.values();
        if (values > MAX_VALUES) {
            throw unreadable(alias, "more than " + MAX_VALUES + " values through aliases", "fewer");
        }
        if (path.size() + anchored.height() > MAX_DEPTH) {
            throw unreadable(alias, "nested deeper than " + MAX_DEPTH + " levels through aliases", "fewer");
        }
        return anchored.tree();
    }

    private static int height(Tree tree) {
        return switch (tree) {
            case Tree.Mapping(var entries, var _) -> 1 + entries.values().stream().mapToInt(entry -> height(entry.value())).max().orElse(0);
            case Tree.Sequence(var items, var _) -> 1 + items.stream().mapToInt(YamlReader::height).max().orElse(0);
            case Tree.Scalar _,Tree.Nothing _ -> 0;
        };
    }

    private Tree scalar(ScalarEvent event) {
        Position at = position(event);
        String text = event.getValue();
        Tag tag = event.getTag().map(Tag::new).orElseGet(() -> RESOLVER.resolve(text, event.isPlain()));
        if (tag.equals(Tag.NULL)) {
            return new Tree.Nothing(at);
        }
        Object value = value(tag, text);
        if (value == null) {
            throw unreadable(event, text + " as " + tag, "text, true, false or a number of at most 64 bits");
        }
        return new Tree.Scalar(value, at);
    }

    private static @Nullable Object value(Tag tag, String text) {
        try {
            if (tag.equals(Tag.STR)) {
                return text;
            }
            if (tag.equals(Tag.BOOL)) {
                return Boolean.valueOf(text);
            }
            if (tag.equals(Tag.INT)) {
                return integer(text);
            }
            return tag.equals(Tag.FLOAT) ? decimal(text) : null;
        } catch (NumberFormatException | ArithmeticException _) {
            return null;
        }
    }

    private static long integer(String text) {
        String digits = text.startsWith("+") ? text.substring(1) : text;
        if (digits.startsWith("0x")) {
            return new BigInteger(digits.substring(2), 16).longValueExact();
        }
        return digits.startsWith("0o") ? new BigInteger(digits.substring(2), 8).longValueExact() : Long.parseLong(digits);
    }

    /** Infinity and not-a-number are no figures of a configuration, and JSON cannot say them. */
    private static @Nullable Double decimal(String text) {
        double number = text.chars().anyMatch(c -> c >= '0' && c <= '9') ? Double.parseDouble(text) : Double.NaN;
        return Double.isFinite(number) ? number : null;
    }

    private String field() {
        return Field.dotted(path);
    }

    private Unreadable unreadable(Event event, String found, String wanted) {
        Position at = position(event);
        return new Unreadable(new Problem(file, at.line(), at.column(), field(), found, wanted));
    }

    private static Position position(Event event) {
        return event.getStartMark().map(YamlReader::position).orElse(Position.UNKNOWN);
    }

    private static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    /** Ends the reading; nothing after such a place can be understood. */
    private static final class Unreadable extends RuntimeException {
        private final transient Problem problem;

        Unreadable(Problem problem) {
            super(problem.message(), null, false, false);
            this.problem = problem;
        }
    }
}
