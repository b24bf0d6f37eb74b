package io.weir.cli;

import static io.weir.cli.client.ApiRequest.path;

import io.weir.cli.client.ApiClient;
import io.weir.cli.client.ApiRequest;
import io.weir.cli.output.Column;
import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.Json;
import io.weir.cli.output.Output;
import io.weir.cli.output.OutputFormat;
import io.weir.core.config.ConfigDocument;
import io.weir.core.config.DocumentResult;
import io.weir.core.config.JsonSchema;
import io.weir.core.config.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** The noun {@code config}. Confined to the main thread. */
@Command(name = "config", description = "The traffic configuration as a whole, and its revisions.")
final class ConfigCommand {
    private static final List<Column> HISTORY = List.of(Column.field("revision"), Column.field("at"), Column.field("by"),
            new Column("CURRENT", row -> row.path("current").asBoolean(false) ? "*" : ""), Column.field("summary"));

    private final WeirCommand root;

    ConfigCommand(WeirCommand root) {
        this.root = root;
    }

    @Command(name = "show", description = "The configuration in force: its text, or with -o json as JSON.")
    int show() {
        ApiClient client = root.client();
        Output output = root.output();
        switch (output.format()) {
            case TABLE, YAML -> output.text(client.call(ApiRequest.get(path("config")).withField("Accept", "application/yaml")).text());
            case JSON -> output.tree(client.get(path("config")).json().path("configuration"));
            case NAME -> output.line(Column.text(client.get(path("config")).json().path("revision")));
        }
        return ExitCode.DONE.number();
    }

    @Command(name = "validate", description = "Say everything that is wrong with a file; needs no daemon.")
    int validate(
            @Option(names = {"-f",
                "--file"}, paramLabel = "FILE", description = "A traffic configuration; - is standard input.") @Nullable Path file,
            @Option(names = "--node", paramLabel = "FILE", description = "A node file.") @Nullable Path node) {
        if (file == null && node == null) {
            throw CommandFailure.of(ExitCode.INVALID, "nothing to validate",
                    "give a traffic configuration with -f or a node file with --node");
        }
        return new Validation(root.output()).run(file, node);
    }

    @Command(name = "diff", description = "What differs: the newest revision from the one before, from a revision, two revisions, or a file from what is in force.")
    int diff(@Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "A traffic configuration.") @Nullable Path file,
            @Parameters(arity = "0..2", paramLabel = "REVISION", description = "From, and to.") @Nullable List<Long> revisions) {
        List<Long> given = revisions == null ? List.of() : revisions;
        if (file != null && !given.isEmpty()) {
            throw CommandFailure.of(ExitCode.INVALID, "-f and revisions are both given, want one", "leave one of them out");
        }
        ArrayNode changes = Json.array();
        (file != null ? ofFile(file) : ofRevisions(given)).forEach(changes::add);
        Output output = root.output();
        if (output.format() == OutputFormat.TABLE || output.format() == OutputFormat.NAME) {
            changes.forEach(change -> output.line(change.asString()));
        } else {
            output.tree(Json.object().set("changes", changes));
        }
        return ExitCode.DONE.number();
    }

    @Command(name = "history", description = "The revisions that are kept, newest first.")
    int history() {
        root.output().rows(root.client().get(path("revisions")).json(), HISTORY, Column.field("revision"));
        return ExitCode.DONE.number();
    }

    @Command(name = "rollback", description = "Make a new revision with the content of an old one.")
    int rollback(@Parameters(paramLabel = "REVISION", description = "Which.") long revision, @Mixin ChangeOptions change) {
        ApiRequest request = ApiRequest.of("POST", path("revisions", Long.toString(revision), "rollback"));
        return new Changes(root).send("rollback to " + revision, request, change);
    }

    @Command(name = "schema", description = "The JSON Schema of the traffic configuration; needs no daemon.")
    int schema(@Option(names = "--node", description = "Of the node file instead.") boolean node) {
        root.output().tree(Json.parse(node ? JsonSchema.node() : JsonSchema.traffic()));
        return ExitCode.DONE.number();
    }

    private List<String> ofFile(Path file) {
        JsonNode answer = root.client().call(ApplyCommand.put(file).with("dryRun", "true")).json();
        return answer.path("changes").valueStream().map(JsonNode::asString).toList();
    }

    private List<String> ofRevisions(List<Long> revisions) {
        ApiClient client = root.client();
        String newest = Column.text(client.get(path("config")).json().path("revision"));
        String from = revisions.isEmpty() ? before(client, newest) : revisions.getFirst().toString();
        String to = revisions.size() < 2 ? newest : revisions.getLast().toString();
        return configuration(client, from).changesTo(configuration(client, to));
    }

    private static String before(ApiClient client, String newest) {
        var kept = new ArrayList<String>();
        client.get(path("revisions")).json().forEach(row -> kept.add(Column.text(row.path("revision"))));
        kept.remove(newest);
        return kept.isEmpty() ? newest : kept.getFirst();
    }

    private static ConfigDocument configuration(ApiClient client, String revision) {
        String text = Json.oneLine(client.get(path("revisions", revision)).json().path("configuration"));
        return switch (ConfigDocument.parse("revision " + revision, text)) {
            case DocumentResult.Parsed(var document) -> document;
            case DocumentResult.Refused(var problems) ->
                throw CommandFailure.of(ExitCode.FAILED, problems.stream().map(Problem::message).toList());
        };
    }
}
