package io.weir.cli.output;

import java.util.Locale;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** One column of a table: its title and what a row shows there. Any thread may use it. */
public record Column(String title, Function<JsonNode, String> cell) {
    public static final String ABSENT = "-";

    /** Shows the field with this name, whose words become the title. */
    public static Column field(String name) {
        return new Column(title(name), row -> text(row.path(name)));
    }

    /** Shows the field under another title. */
    public static Column field(String title, String name) {
        return new Column(title, row -> text(row.path(name)));
    }

    /** A scalar as it is, several values behind each other, and {@link #ABSENT} for nothing. */
    public static String text(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return ABSENT;
        }
        String text = value.isContainer() ? String.join(",", value.valueStream().map(Column::text).toList()) : value.asString();
        return text.isEmpty() ? ABSENT : text;
    }

    private static String title(String name) {
        return name.replaceAll("([A-Z])", " $1").toUpperCase(Locale.ROOT);
    }
}
