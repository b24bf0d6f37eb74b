package io.weir.daemon.admin;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Backends as comma-separated values (RFC 4180), for spreadsheets and scripts (TEN-03). Any thread. */
final class BackendCsv {
    private static final String END = "\r\n";

    private BackendCsv() {
    }

    /** One line a backend; {@code rise} and {@code fall} are probes in a row that passed and failed. */
    static String of(List<BackendRow> rows) {
        return Stream.concat(Stream.of("pool,backend,address,zone,weight,effectiveWeight,state,cause,since,rise,fall,connections"),
                rows.stream().map(BackendCsv::line))
            .collect(Collectors.joining(END, "", END));
    }

    private static String line(BackendRow row) {
        long rise = row.lastProbe().filter(BackendRow.ProbeRow::ok).map(BackendRow.ProbeRow::inARow).orElse(0L);
        long fall = row.lastProbe().filter(probe -> !probe.ok()).map(BackendRow.ProbeRow::inARow).orElse(0L);
        return Stream.of(row.pool(), row.name(), row.address(), row.zone().orElse(""), row.weight(), row.effectiveWeight(), row.state(),
                row.cause(), row.since(), rise, fall, row.connections())
            .map(cell -> quoted(cell.toString()))
            .collect(Collectors.joining(","));
    }

    private static String quoted(String text) {
        return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
