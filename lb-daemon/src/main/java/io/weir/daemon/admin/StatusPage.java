package io.weir.daemon.admin;

import java.util.List;

/** The plain page at {@code /}: what stands, in tables. On the virtual threads of requests. */
final class StatusPage {
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
            <meta name="viewport" content="width=device-width, initial-scale=1"><title>Weir</title>
            <style>
            body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c2733}
            h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
            table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #dde3ea}
            th{font-weight:600;color:#5a6b7d}.healthy,.listening{color:#12733a}.unhealthy,.ejected,.failed,.panic,.sorry{color:#b3261e}
            </style></head><body>
            """;

    private final Managed managed;

    StatusPage(Managed managed) {
        this.managed = managed;
    }

    List<Endpoint> endpoints() {
        return List
            .of(Endpoint.get("/", "A page that shows listeners, pools and backends; or the backends alone for a program.", this::show)
                .with(StateFilter.PARAMETER, new Endpoint.Parameter("format", "html (the default), json or csv")));
    }

    private Response show(Request request) {
        String format = request.parameter("format").orElse("html");
        return switch (format) {
            case "html" -> Response.text("text/html", page(request))
                .with("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'");
            case "json" -> Response.json(rows(request));
            case "csv" -> Response.text("text/csv", BackendCsv.of(rows(request)));
            default -> throw RequestRefused.malformed("parameter format is '" + format + "', want html, json or csv");
        };
    }

    private List<BackendRow> rows(Request request) {
        StateFilter wanted = StateFilter.of(request);
        return BackendRow.all(managed.pools(), managed).stream().filter(wanted::accepts).toList();
    }

    private String page(Request request) {
        var status = StatusResource.status(managed);
        var page = new StringBuilder(HEAD);
        page.append("<h1>Weir ").append(escaped(status.node().name())).append("</h1><p>revision ").append(status.revision());
        page.append(", transport ").append(escaped(status.node().transport())).append(", up ").append(status.node().uptimeSeconds());
        page.append(" s, ").append(status.node().ready() ? "serving" : "not serving").append("</p>");
        listeners(page, status.listeners());
        pools(page, status.pools());
        backends(page, rows(request));
        return page.append("</body></html>\n").toString();
    }

    private static void listeners(StringBuilder page, List<ListenerRow> rows) {
        head(page, "Listeners", "listener", "protocol", "bind", "state", "connections", "accepted", "requests");
        for (ListenerRow row : rows) {
            row(page, row.state(), row.name(), row.protocol(), row.bind(), row.state() + (row.cause().isEmpty() ? "" : ": " + row.cause()),
                    row.connections(), row.accepted(), row.requests());
        }
        page.append("</table>");
    }

    private static void pools(StringBuilder page, List<PoolRow> rows) {
        head(page, "Pools", "pool", "algorithm", "mode", "tier", "quorum", "spare zone", "healthy", "connections");
        for (PoolRow row : rows) {
            row(page, row.mode(), row.name(), row.algorithm(), row.mode(), row.activeTier(), row.quorum() ? "held" : "lost",
                    row.spareZone().map(spare -> spare ? "yes" : "no").orElse(""), row.healthy() + " of " + row.total(), row.connections());
        }
        page.append("</table>");
    }

    private static void backends(StringBuilder page, List<BackendRow> rows) {
        head(page, "Backends", "pool", "backend", "address", "zone", "weight", "effective", "state", "cause", "connections");
        rows.forEach(row -> row(page, row.state(), row.pool(), row.name(), row.address(), row.zone().orElse(""), row.weight(),
                row.effectiveWeight(), row.state(), row.cause(), row.connections()));
        page.append("</table>");
    }

    private static void head(StringBuilder page, String title, String... columns) {
        page.append("<h2>").append(title).append("</h2><table><tr>");
        for (String column : columns) {
            page.append("<th>").append(column).append("</th>");
        }
        page.append("</tr>\n");
    }

    private static void row(StringBuilder page, String cssClass, Object... cells) {
        page.append("<tr class=\"").append(cssClass).append("\">");
        for (Object cell : cells) {
            page.append("<td>").append(escaped(cell.toString())).append("</td>");
        }
        page.append("</tr>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
