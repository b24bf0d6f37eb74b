package io.weir.cli.client;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The status line and fields of an answer. Any thread may use it.
 *
 * @param fields by lower-case name; of a repeated field the last
 */
record HttpHead(int status, Map<String, String> fields) {
    HttpHead {
        fields = Map.copyOf(fields);
    }

    String field(String lowerCaseName) {
        return fields.getOrDefault(lowerCaseName, "");
    }

    boolean chunked() {
        return field("transfer-encoding").toLowerCase(Locale.ROOT).endsWith("chunked");
    }

    /** Reads the lines of a head, and the empty one at its end. */
    static HttpHead parse(String text) throws IOException {
        List<String> lines = text.lines().toList();
        String statusLine = lines.getFirst();
        if (!statusLine.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw new IOException("the answer starts with '" + abbreviated(statusLine) + "', want HTTP/1.1 and a status");
        }
        var fields = new TreeMap<String, String>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            } else if (!line.isEmpty()) {
                throw new IOException("the answer has the field '" + abbreviated(line) + "', want NAME: VALUE");
            }
        }
        return new HttpHead(Integer.parseInt(statusLine.substring(9, 12)), fields);
    }

    private static String abbreviated(String line) {
        String printable = line.replaceAll("[^ -~]", "?");
        return printable.length() <= 60 ? printable : printable.substring(0, 60) + "...";
    }
}
