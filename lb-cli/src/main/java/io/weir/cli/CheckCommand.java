package io.weir.cli;

import static io.weir.cli.client.ApiRequest.path;

import io.weir.cli.output.Column;
import io.weir.cli.output.ExitCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The noun {@code check}. Confined to the main thread. */
@Command(name = "check", description = "Templates of health checks that pools name.")
final class CheckCommand {
    private static final List<Column> COLUMNS = List.of(Column.field("name"), Column.field("type"), Column.field("preset"),
            Column.field("interval"), Column.field("timeout"), Column.field("healthy"), Column.field("unhealthy"), Column.field("pools"));

    private final WeirCommand root;

    CheckCommand(WeirCommand root) {
        this.root = root;
    }

    /** What {@code add} and {@code set} share. */
    static final class Settings {
        @Option(names = "--type", paramLabel = "TYPE", description = "tcp, tls, http, https, grpc, udp, icmp, dns or script.")
        @Nullable
        String type;

        @Option(names = "--preset", paramLabel = "PRODUCT", description = "The figures of clb, nlb or alb for all that is not given.")
        @Nullable
        String preset;

        @Option(names = "--method", paramLabel = "METHOD", description = "Of http and https: HEAD or GET.")
        @Nullable
        String method;

        @Option(names = "--path", paramLabel = "PATH", description = "Of http and https.")
        @Nullable
        String path;

        @Option(names = "--host", paramLabel = "HOST", description = "Of http and https, instead of the backend's address.")
        @Nullable
        String host;

        @Option(names = "--expect", split = ",", paramLabel = "STATUS", description = "Of http and https: classes and codes that are a success, such as 2xx,301.")
        List<String> expect = new ArrayList<>();

        @Option(names = "--port", paramLabel = "PORT", description = "Instead of the backend's own.")
        @Nullable
        Integer port;

        @Option(names = "--interval", paramLabel = "DURATION", description = "From one probe to the next.")
        @Nullable
        String interval;

        @Option(names = "--timeout", paramLabel = "DURATION", description = "A probe without its answer by then has failed.")
        @Nullable
        String timeout;

        @Option(names = "--healthy", paramLabel = "1..10", description = "Successes in a row that bring a backend in.")
        @Nullable
        Integer healthy;

        @Option(names = "--unhealthy", paramLabel = "1..10", description = "Failures in a row that take a backend out.")
        @Nullable
        Integer unhealthy;

        @Mixin
        EditOptions edit = new EditOptions();

        Fields fields() {
            var fields = new Fields().put("type", type).put("preset", preset).put("method", method).put("path", path).put("host", host);
            fields.put("expect", expect).put("port", port).put("interval", interval).put("timeout", timeout);
            return edit.applyTo(fields.put("healthy", healthy).put("unhealthy", unhealthy));
        }
    }

    @Command(name = "list", description = "All templates, and the pools that name them.")
    int list() {
        root.output().rows(root.client().get(path("checks")).json(), COLUMNS);
        return ExitCode.DONE.number();
    }

    @Command(name = "show", description = "One template, and the pools that name it.")
    int show(@Parameters(paramLabel = "NAME", description = "Which.") String name) {
        root.output().thing(name, root.client().get(path("checks", name)).json());
        return ExitCode.DONE.number();
    }

    @Command(name = "add", description = "Make a new template; pools name it with --health NAME.", footer = {"",
        "Example: weir check add web --type http --path /healthz --interval 2s --unhealthy 3"})
    int add(@Parameters(paramLabel = "NAME", description = "What to call it.") String name, @Mixin Settings settings,
            @Mixin ChangeOptions change) {
        return new Changes(root).add("check " + name, path("checks", name), settings.fields().mapping(), change);
    }

    @Command(name = "set", description = "Change some settings of a template; all pools that name it follow.")
    int set(@Parameters(paramLabel = "NAME", description = "Which.") String name, @Mixin Settings settings,
            @Option(names = "--unset", paramLabel = "FIELD", description = "Set a field back to its default.") @Nullable List<String> unset,
            @Mixin ChangeOptions change) {
        Fields fields = settings.fields().removeAll(unset == null ? List.of() : unset);
        return new Changes(root).set("check " + name, path("checks", name), fields.mapping(), change);
    }

    @Command(name = "remove", description = "Remove a template that no pool names.")
    int remove(@Parameters(paramLabel = "NAME", description = "Which.") String name, @Mixin ChangeOptions change) {
        return new Changes(root).remove("check " + name, path("checks", name), change);
    }
}
