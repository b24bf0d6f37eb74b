package io.weir.cli;

import static io.weir.cli.client.ApiRequest.path;

import io.weir.cli.client.ApiRequest;
import io.weir.cli.output.Column;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.Output;
import io.weir.cli.output.OutputFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The verb {@code explain}. Confined to the main thread. */
@Command(name = "explain", description = "Say where a client's connection or request would go now, and why nowhere else; nothing is sent.", footer = {
    "", "Example: weir explain web --client 10.0.0.1 --host shop.example --path /cart"})
final class ExplainCommand implements Callable<Integer> {
    private static final List<Column> MEMBERS = List.of(Column.field("name"), Column.field("address"), Column.field("zone"),
            Column.field("tier"), BackendCommand.WEIGHT,
            Column.field("CONN", "connections"), Column.field("role"), Column.field("turn"), Column.field("SHARE %", "share"),
            Column.field("why"));

    private final WeirCommand root;

    @Parameters(paramLabel = "LISTENER", description = "Where the client connects to.")
    String listener = "";

    @Option(names = "--client", required = true, paramLabel = "IP[:PORT]", description = "The client's address; an IPv6 address with a port in brackets.")
    String client = "";

    @Option(names = "--to", paramLabel = "IP:PORT", description = "The address that it connects to, where the listener has several.")
    @Nullable
    String to;

    @Option(names = "--host", paramLabel = "HOST", description = "The request's host.")
    @Nullable
    String host;

    @Option(names = "--path", paramLabel = "PATH", description = "The request's path; default: /.")
    @Nullable
    String requestPath;

    @Option(names = "--header", paramLabel = "NAME:VALUE", description = "A field of the request; Host is the one that routes know.")
    @Nullable
    String header;

    ExplainCommand(WeirCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        JsonNode explanation = root.client().call(request()).json();
        Output output = root.output();
        if (output.format() == OutputFormat.TABLE) {
            story(output, explanation);
        } else if (output.format() == OutputFormat.NAME) {
            output.line(Column.text(explanation.at("/pick/backend")));
        } else {
            output.tree(explanation);
        }
        return ExitCode.DONE.number();
    }

    private ApiRequest request() {
        ApiRequest request = ApiRequest.get(path("explain", listener)).with("client", client);
        Map<String, @Nullable String> others = new LinkedHashMap<>();
        others.put("to", to);
        others.put("host", host);
        others.put("path", requestPath);
        others.put("header", header);
        for (var other : others.entrySet()) {
            if (other.getValue() != null) {
                request = request.with(other.getKey(), other.getValue());
            }
        }
        return request;
    }

    private static void story(Output output, JsonNode explanation) {
        JsonNode rule = explanation.path("rule");
        String name = rule.has("route") && !rule.path("route").isNull() ? "route " + Column.text(rule.path("route")) : "no route";
        output
            .line("listener " + Column.text(explanation.path("listener")) + " (" + Column.text(explanation.path("protocol")) + "): " + name
                    + ", " + Column.text(rule.path("why")));
        explanation.path("pools").forEach(pool -> pool(output, pool));
        JsonNode pick = explanation.path("pick");
        String status = Column.text(pick.path("status"));
        output.line("pick: " + Column.text(pick.path("backend")) + (status.equals(Column.ABSENT) ? "" : ", status " + status) + ", "
                + Column.text(pick.path("why")));
        explanation.path("notes").forEach(note -> output.line("note: " + Column.text(note)));
    }

    private static void pool(Output output, JsonNode pool) {
        String returns = Column.text(pool.path("returnsAt"));
        String zone = Column.text(pool.path("nodeZone"));
        output.line("pool " + Column.text(pool.path("pool")) + ": " + Column.text(pool.path("mode")) + ", "
                + Column.text(pool.path("modeCause")));
        output.line("  tier: " + Column.text(pool.path("activeTier")) + ", " + Column.text(pool.path("tierCause"))
                + (returns.equals(Column.ABSENT) ? "" : ", goes home at " + returns));
        output.line("  quorum: " + (pool.path("quorum").asBoolean(false) ? "held" : "lost") + ", weight "
                + Column.text(pool.path("quorumWeight"))
                + " of at least " + Column.text(pool.path("minimumWeight")));
        output.line("  zone: locality " + Column.text(pool.path("locality"))
                + (zone.equals(Column.ABSENT) ? ", this node has none" : ", this node is in " + zone));
        output.line("  algorithm: " + Column.text(pool.path("algorithm")) + ", " + Column.text(pool.path("how"))
                + (Column.text(pool.path("hash")).equals(Column.ABSENT) ? "" : ", here " + Column.text(pool.path("hash"))));
        JsonNode stay = pool.path("affinity");
        if (stay.has("source")) {
            String backend = Column.text(stay.path("backend"));
            output.line("  affinity: source " + Column.text(stay.path("source"))
                    + (backend.equals(Column.ABSENT) ? "" : " was last at " + backend) + ", " + Column.text(stay.path("why")));
        }
        output.table(pool.path("members").valueStream(), MEMBERS);
    }
}
