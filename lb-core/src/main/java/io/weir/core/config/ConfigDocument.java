package io.weir.core.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import tools.jackson.databind.json.JsonMapper;

/**
 * A configuration as it is written: mappings in order, lists, text, numbers and flags, not yet judged by {@link TrafficFile}. Immutable, any
 * thread; an edit gives a new document. One that was parsed knows the place of every value; one that was edited knows none, since its text is
 * yet to be written.
 *
 * <p>Values go in and out as {@code Map}, {@code List}, {@code String}, {@code Long}, {@code Double}, {@code Boolean} and {@code null};
 * unmodifiable on the way out, narrower numbers welcome on the way in.
 */
public final class ConfigDocument {
    /** A configuration with nothing in it. */
    public static final ConfigDocument EMPTY = new ConfigDocument("", (Tree.Mapping) Tree.of(Map.of("version", 1)));

    private static final JsonMapper JSON = JsonMapper.shared();

    private final String file;
    private final Tree.Mapping root;

    ConfigDocument(String file, Tree.Mapping root) {
        this.file = file;
        this.root = root;
    }

    /** Reads YAML 1.2 or JSON; {@code fileName} is the one that problems name. */
    public static DocumentResult parse(String fileName, String text) {
        YamlReader.Text read = YamlReader.read(fileName, text);
        if (!read.problems().isEmpty() || read.root().isEmpty()) {
            return new DocumentResult.Refused(read.problems());
        }
        if (read.root().get() instanceof Tree.Mapping mapping) {
            return new DocumentResult.Parsed(new ConfigDocument(fileName, mapping));
        }
        return new DocumentResult.Refused(List.of(notAMapping(fileName, read.root().get())));
    }

    static Problem notAMapping(String file, Tree root) {
        return new Problem(file, root.at().line(), root.at().column(), "", root.shown(), "a mapping");
    }

    /** The name of the file that it was parsed from. */
    public String file() {
        return file;
    }

    Tree.Mapping root() {
        return root;
    }

    /** The value at the end of {@code path}, a chain of keys. */
    public Optional<Object> get(List<String> path) {
        return tree(path).map(Tree::plain);
    }

    private Optional<Tree> tree(List<String> path) {
        Tree here = root;
        for (String key : path) {
            if (!(here instanceof Tree.Mapping(var entries, var _)) || entries.get(key) == null) {
                return Optional.empty();
            }
            here = entries.get(key).value();
        }
        return Optional.of(here);
    }

    /** Something that only shows when the document is used is wrong with the value at {@code path}; told with its place if that is known. */
    public Problem problem(List<String> path, String found, String wanted) {
        Position at = tree(path).map(Tree::at).orElse(Position.UNKNOWN);
        return new Problem(file, at.line(), at.column(), String.join(".", path), found, wanted);
    }

    /**
     * Sets the value at {@code path}, making the mappings on the way; a new key goes to the end of its mapping.
     *
     * @throws IllegalArgumentException when something on the way is no mapping, or {@code value} is none of the kinds above
     */
    public ConfigDocument with(List<String> path, Object value) {
        return edited(path, _ -> value);
    }

    /** Removes the value at {@code path}, if there is one. */
    public ConfigDocument without(List<String> path) {
        if (path.isEmpty()) {
            throw new IllegalArgumentException("the document itself cannot be removed");
        }
        return get(path).isPresent() ? edited(path, _ -> null) : this;
    }

    /** Applies a JSON merge patch (RFC 7396) to the value at {@code path}: nulls remove, mappings merge, everything else replaces. */
    public ConfigDocument mergePatch(List<String> path, Map<String, ? extends @Nullable Object> patch) {
        return edited(path, target -> merged(target, patch));
    }

    /** Block style YAML, parsed back to an equal document. */
    public String toYaml() {
        DumpSettings settings = DumpSettings.builder()
            .setSchema(YamlReader.SCHEMA)
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setSplitLines(false)
            .setDereferenceAliases(true)
            .build();
        return new Dump(settings).dumpToString(Tree.plain(root));
    }

    /** JSON on one line. */
    public String toJson() {
        return JSON.writeValueAsString(Tree.plain(root));
    }

    /** SHA-256 in hex of the JSON with all keys sorted, so that neither comments, spaces nor the order of keys change it. */
    public String hash() {
        byte[] canonical = JSON.writeValueAsString(sorted(Tree.plain(root))).getBytes(StandardCharsets.UTF_8);
        return Sha256.hex(canonical);
    }

    /** One line per difference: {@code pools.shop.backends.i-01.weight: 100 -> 50}, {@code pools.x: added}, {@code pools.y: removed}. */
    public List<String> changesTo(ConfigDocument other) {
        return DocumentChanges.between(root, other.root);
    }

    private ConfigDocument edited(List<String> path, UnaryOperator<@Nullable Object> change) {
        Object changed = replaced(Tree.plain(root), path, change);
        if (!(Tree.of(changed) instanceof Tree.Mapping mapping)) {
            throw new IllegalArgumentException("a document is a mapping");
        }
        return new ConfigDocument(file, mapping);
    }

    /** A copy of {@code node} in which the value at {@code path} is changed; a change to null takes it out. */
    private static @Nullable Object replaced(@Nullable Object node, List<String> path, UnaryOperator<@Nullable Object> change) {
        if (path.isEmpty()) {
            return change.apply(node);
        }
        if (node != null && !(node instanceof Map<?, ?>)) {
            throw new IllegalArgumentException("there is no key " + path.getFirst() + " in " + node);
        }
        Map<String, @Nullable Object> copy = copy(node);
        String key = path.getFirst();
        Object value = replaced(copy.get(key), path.subList(1, path.size()), change);
        if (value == null) {
            copy.remove(key);
        } else {
            copy.put(key, value);
        }
        return copy;
    }

    private static Object merged(@Nullable Object target, Map<?, ?> patch) {
        Map<String, @Nullable Object> copy = target instanceof Map<?, ?> ? copy(target) : new LinkedHashMap<>();
        patch.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (value == null) {
                copy.remove(name);
            } else {
                copy.put(name, value instanceof Map<?, ?> nested ? merged(copy.get(name), nested) : value);
            }
        });
        return copy;
    }

    private static Map<String, @Nullable Object> copy(@Nullable Object mapping) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        if (mapping instanceof Map<?, ?> map) {
            map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        }
        return copy;
    }

    private static @Nullable Object sorted(@Nullable Object plain) {
        return switch (plain) {
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> byKey = new TreeMap<>();
                map.forEach((key, value) -> byKey.put(String.valueOf(key), sorted(value)));
                yield byKey;
            }
            case List<?> list -> {
                List<@Nullable Object> items = new ArrayList<>(list.size());
                list.forEach(item -> items.add(sorted(item)));
                yield items;
            }
            case null, default -> plain;
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConfigDocument document && Objects.equals(Tree.plain(root), Tree.plain(document.root));
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(Tree.plain(root));
    }

    @Override
    public String toString() {
        return toJson();
    }
}
