package io.weir.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Prints answers in the format that the user asked for. Confined to the main thread. */
public final class Output {
    private final PrintStream stream;
    private final OutputFormat format;
    private final Paint paint;

    public Output(PrintStream stream, OutputFormat format, Paint paint) {
        this.stream = stream;
        this.format = format;
        this.paint = paint;
    }

    public OutputFormat format() {
        return format;
    }

    /** Things of one kind; a name is the field {@code name}. */
    public void rows(JsonNode array, List<Column> columns) {
        rows(array, columns, Column.field("name"));
    }

    public void rows(JsonNode array, List<Column> columns, Column name) {
        switch (format) {
            case TABLE -> table(array.valueStream(), columns);
            case NAME -> array.forEach(row -> line(name.cell().apply(row)));
            case JSON, YAML -> tree(array);
        }
    }

    /** One thing: in a table its fields one below the other, those of fields of fields with dots. */
    public void thing(String name, JsonNode object) {
        switch (format) {
            case TABLE -> table(fields("", object).stream(), List.of(Column.field("field"), Column.field("value")));
            case NAME -> line(name);
            case JSON, YAML -> tree(object);
        }
    }

    /** A change that was made or, in a dry run, would be. */
    public void change(String name, JsonNode answer) {
        switch (format) {
            case TABLE -> sentence(name, answer);
            case NAME -> line(name);
            case JSON, YAML -> tree(answer);
        }
    }

    /** The whole of a tree, as YAML where that is asked for and else as JSON. */
    public void tree(JsonNode tree) {
        if (format == OutputFormat.YAML) {
            stream.print(Yaml.text(tree));
        } else {
            line(Json.pretty(tree));
        }
    }

    public void table(Stream<JsonNode> rows, List<Column> columns) {
        Table.lines(columns, rows, paint).forEach(this::line);
    }

    public void line(String text) {
        stream.println(text);
    }

    public void text(String text) {
        stream.print(text.endsWith("\n") || text.isEmpty() ? text : text + "\n");
    }

    public void flush() {
        stream.flush();
    }

    private void sentence(String name, JsonNode answer) {
        boolean dryRun = answer.path("dryRun").asBoolean(false);
        JsonNode changes = answer.path("changes");
        changes.forEach(change -> line(change.asString()));
        if (dryRun) {
            line(name + (changes.isEmpty() ? ": nothing would change" : ": a dry run, nothing was changed"));
        } else {
            line(name + ": done, revision " + Column.text(answer.path("revision")));
        }
        answer.path("warnings").forEach(warning -> line("warning: " + warning.asString()));
    }

    private static List<JsonNode> fields(String prefix, JsonNode object) {
        var fields = new ArrayList<JsonNode>();
        object.properties().forEach(entry -> {
            String name = prefix.isEmpty() ? entry.getKey() : prefix + '.' + entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isObject() && !value.isEmpty()) {
                fields.addAll(fields(name, value));
            } else {
                fields.add(Json.object().put("field", name).put("value", shown(value)));
            }
        });
        return fields;
    }

    private static String shown(JsonNode value) {
        boolean nested = value.valueStream().anyMatch(JsonNode::isContainer);
        return nested ? Json.oneLine(value) : Column.text(value);
    }
}
