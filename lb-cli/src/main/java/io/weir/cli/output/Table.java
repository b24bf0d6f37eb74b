package io.weir.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Rows under titles, every column as wide as its widest cell. Any thread may call it. */
final class Table {
    private static final int GAP = 2;
    /** Control characters of another's text must not reach the terminal. */
    private static final String UNPRINTABLE = "\\p{Cntrl}";

    private Table() {}

    static List<String> lines(List<Column> columns, Stream<JsonNode> rows, Paint paint) {
        var cells = new ArrayList<List<String>>();
        cells.add(columns.stream().map(Column::title).toList());
        rows.forEach(row -> cells.add(columns.stream().map(column -> column.cell().apply(row).replaceAll(UNPRINTABLE, "?")).toList()));
        int[] widths = widths(columns.size(), cells);
        var lines = new ArrayList<String>();
        for (int i = 0; i < cells.size(); i++) {
            lines.add(line(cells.get(i), widths, i == 0 ? Paint.NONE : paint));
        }
        return lines;
    }

    private static int[] widths(int columns, List<List<String>> cells) {
        var widths = new int[columns];
        for (List<String> row : cells) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return widths;
    }

    private static String line(List<String> row, int[] widths, Paint paint) {
        var line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            boolean last = i == row.size() - 1;
            line.append(paint.state(row.get(i))).repeat(' ', last ? 0 : widths[i] - row.get(i).length() + GAP);
        }
        return line.toString();
    }
}
