package io.weir.cli;

import static io.weir.cli.client.ApiRequest.path;

import io.weir.cli.client.ApiRequest;
import io.weir.cli.output.Column;
import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The noun {@code route}. Confined to the main thread. */
@Command(name = "route", description = "Which requests of an HTTP listener go to which pool; the first match wins.")
final class RouteCommand {
    private static final List<Column> COLUMNS = List.of(Column.field("name"), new Column("HOST", row -> Column.text(row.at("/match/host"))),
            new Column("PATH", RouteCommand::shownPath),
            new Column("POOL", row -> String.join(",", row.path("forward").valueStream().map(to -> Column.text(to.path("pool"))).toList())),
            Column.field("timeout"));

    private final WeirCommand root;

    RouteCommand(WeirCommand root) {
        this.root = root;
    }

    /** Which route. */
    static final class Which {
        @Parameters(index = "0", paramLabel = "LISTENER", description = "The listener.")
        String listener = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "The route.")
        String name = "";

        String path() {
            return ApiRequest.path("listeners", listener, "routes", name);
        }

        String text() {
            return "route " + listener + '/' + name;
        }
    }

    /** What a route matches and where it leads. */
    static final class Settings {
        @Option(names = "--host", split = ",", paramLabel = "HOST", description = "Hosts, exact or *.SUFFIX; default: all.")
        List<String> host = new ArrayList<>();

        @Option(names = "--path", paramLabel = "PREFIX", description = "This path and those below it.")
        @Nullable
        String prefix;

        @Option(names = "--exact", paramLabel = "PATH", description = "Only this path.")
        @Nullable
        String exact;

        @Option(names = "--pool", required = true, paramLabel = "POOL", description = "Where its requests go.")
        String pool = "";

        @Option(names = "--timeout", paramLabel = "DURATION", description = "For one request, instead of the listener's.")
        @Nullable
        String timeout;

        @Mixin
        EditOptions edit = new EditOptions();

        ObjectNode mapping(String name) {
            if (prefix != null && exact != null) {
                throw CommandFailure.of(ExitCode.INVALID, "--path and --exact are both given, want one", "leave one of them out");
            }
            ObjectNode path = new Fields().put("prefix", prefix).put("exact", exact).mapping();
            ObjectNode match = new Fields().put("host", host).put("path", path.isEmpty() ? null : path).mapping();
            JsonNode forward = Json.array().add(Json.object().put("pool", pool));
            var fields = new Fields().put("name", name).put("match", match.isEmpty() ? null : match).put("forward", forward);
            return edit.applyTo(fields.put("timeout", timeout)).mapping();
        }
    }

    @Command(name = "list", description = "The routes of a listener, in the order in which they are tried.")
    int list(@Parameters(paramLabel = "LISTENER", description = "Which.") String listener) {
        root.output().rows(root.client().get(path("listeners", listener, "routes")).json(), COLUMNS);
        return ExitCode.DONE.number();
    }

    @Command(name = "add", description = "Add a route behind the others.", footer = {"",
        "Example: weir route add web cart --host shop.example --path /cart --pool cart"})
    int add(@Mixin Which which, @Mixin Settings settings,
            @Option(names = "--before", paramLabel = "ROUTE", description = "Put it before this one.") @Nullable String before,
            @Mixin ChangeOptions change) {
        ApiRequest request = Changes.json("PUT", which.path(), "application/json", settings.mapping(which.name))
            .withField("If-None-Match",
                    "*");
        return new Changes(root).send(which.text(), before == null ? request : request.with("before", before), change);
    }

    @Command(name = "remove", description = "Remove a route.")
    int remove(@Mixin Which which, @Mixin ChangeOptions change) {
        return new Changes(root).remove(which.text(), which.path(), change);
    }

    @Command(name = "test", description = "Say where a request would go, without sending one.", footer = {"",
        "Example: weir route test web --host shop.example --path /cart"})
    int test(@Parameters(paramLabel = "LISTENER", description = "Which.") String listener,
            @Option(names = "--host", defaultValue = "localhost", paramLabel = "HOST", description = "The request's host.") String host,
            @Option(names = "--path", defaultValue = "/", paramLabel = "PATH", description = "The request's path.") String path) {
        ApiRequest request = ApiRequest.get(path("listeners", listener, "routes", "test")).with("host", host).with("path", path);
        root.output().thing(listener, root.client().call(request).json());
        return ExitCode.DONE.number();
    }

    private static String shownPath(JsonNode row) {
        JsonNode path = row.at("/match/path");
        if (path.has("prefix")) {
            String prefix = path.path("prefix").asString();
            return prefix.endsWith("/") ? prefix + "*" : prefix + "[/*]";
        }
        return Column.text(path.has("exact") ? path.path("exact") : path);
    }
}
