package io.weir.cli;

import io.weir.cli.client.ApiClient;
import io.weir.cli.client.ApiRequest;
import io.weir.cli.output.Column;
import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.Json;
import io.weir.cli.output.Output;
import io.weir.cli.output.Yaml;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** The verb {@code events}. Confined to the main thread. */
@Command(name = "events", description = "What changed: states, revisions, listeners.")
final class EventsCommand implements Callable<Integer> {
    private static final List<Column> COLUMNS = List.of(Column.field("at"), Column.field("type"), Column.field("subject"),
            new Column("DETAILS", EventsCommand::details));

    private final WeirCommand root;

    @Option(names = {"-f", "--follow"}, description = "Go on with those to come until interrupted; JSON is then one event a line.")
    boolean follow;

    @Option(names = "--since", paramLabel = "DURATION", converter = Durations.class, description = "Only those of the last 1h, 5m, 30s.")
    @Nullable
    Duration since;

    EventsCommand(WeirCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        ApiClient client = root.client();
        ApiRequest all = ApiRequest.get(ApiRequest.path("events"));
        ApiRequest request = since == null ? all : all.with("since", Instant.now().minus(since).toString());
        Output output = root.output();
        if (!follow) {
            output.rows(client.call(request).json(), COLUMNS, Column.field("id"));
            return ExitCode.DONE.number();
        }
        client.stream(request, text -> show(output, Json.read(text)));
        throw CommandFailure.of(ExitCode.UNREACHABLE, "the daemon ended the stream of events",
                "it is probably shutting down; start again with --since");
    }

    private static void show(Output output, JsonNode event) {
        switch (output.format()) {
            case TABLE -> output.line(COLUMNS.stream().map(column -> column.cell().apply(event)).collect(Collectors.joining("  ")));
            case JSON -> output.line(Json.oneLine(event));
            case YAML -> output.text("---\n" + Yaml.text(event));
            case NAME -> output.line(Column.text(event.path("id")));
        }
        output.flush();
    }

    private static String details(JsonNode event) {
        return event.path("details")
            .properties()
            .stream()
            .map(entry -> entry.getKey() + '=' + Column.text(entry.getValue()))
            .collect(Collectors.joining(" "));
    }
}
