package io.weir.cli;

import static io.weir.cli.client.ApiRequest.path;

import io.weir.cli.client.ApiRequest;
import io.weir.cli.output.Column;
import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.Output;
import io.weir.cli.output.OutputFormat;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** The noun {@code session}. Confined to the main thread. */
@Command(name = "session", description = "Live connections of clients.")
final class SessionCommand {
    private static final List<Column> COLUMNS = List.of(Column.field("listener"), Column.field("client"), Column.field("pool"),
            Column.field("backend"), Column.field("address"), new Column("AGE", SessionCommand::age), Column.field("IN", "bytesIn"),
            Column.field("OUT", "bytesOut"));
    private static final List<Column> COUNTS = List.of(Column.field("name"), Column.field("sessions"));

    private final WeirCommand root;

    SessionCommand(WeirCommand root) {
        this.root = root;
    }

    /** Which sessions. */
    static final class Filter {
        @Option(names = "--listener", paramLabel = "LISTENER", description = "Those that came through it.")
        @Nullable
        String listener;

        @Option(names = "--pool", paramLabel = "POOL", description = "Those that go to a backend of it.")
        @Nullable
        String pool;

        @Option(names = "--backend", paramLabel = "BACKEND", description = "Those that go to a backend of this name.")
        @Nullable
        String backend;

        @Option(names = "--client", paramLabel = "CIDR", description = "Those of this address or network.")
        @Nullable
        String client;

        @Option(names = "--older-than", paramLabel = "DURATION", description = "Those that were accepted longer ago.")
        @Nullable
        String olderThan;

        ApiRequest applyTo(ApiRequest request) {
            ApiRequest filtered = with(request, "listener", listener);
            filtered = with(filtered, "pool", pool);
            filtered = with(filtered, "backend", backend);
            filtered = with(filtered, "client", client);
            return with(filtered, "olderThan", olderThan);
        }

        boolean isEmpty() {
            return listener == null && pool == null && backend == null && client == null && olderThan == null;
        }

        private static ApiRequest with(ApiRequest request, String name, @Nullable String value) {
            return value == null ? request : request.with(name, value);
        }
    }

    @Command(name = "list", description = "Live connections, the newest first.", footer = {"",
        "Example: weir session list --client 10.0.0.0/8 --older-than 5m"})
    int list(@Mixin Filter filter, @Option(names = "--limit", paramLabel = "N", description = "So many at most.") @Nullable Integer limit) {
        ApiRequest request = filter.applyTo(ApiRequest.get(path("sessions")));
        JsonNode sessions = root.client().call(limit == null ? request : request.with("limit", limit.toString())).json();
        root.output().rows(sessions, COLUMNS, Column.field("client"));
        return ExitCode.DONE.number();
    }

    @Command(name = "count", description = "How many there are, those with the most first.", footer = {"",
        "Example: weir session count --by client"})
    int count(@Mixin Filter filter,
            @Option(names = "--by", defaultValue = "listener", paramLabel = "WHAT", description = "listener, pool, backend or client.") String by) {
        ApiRequest request = filter.applyTo(ApiRequest.get(path("sessions", "count"))).with("by", by);
        root.output().rows(root.client().call(request).json(), COUNTS);
        return ExitCode.DONE.number();
    }

    @Command(name = "kick", description = "End connections with a reset.", footer = {"", "Example: weir session kick --client 192.0.2.7"})
    int kick(@Mixin Filter filter, @Option(names = "--all", description = "Every one.") boolean all) {
        if (filter.isEmpty() && !all) {
            throw CommandFailure.of(ExitCode.INVALID, "nothing says which sessions", "give a filter such as --client, or --all");
        }
        ApiRequest request = filter.applyTo(ApiRequest.of("DELETE", path("sessions")));
        JsonNode answer = root.client().call(all ? request.with("all", "true") : request).json();
        Output output = root.output();
        if (output.format() == OutputFormat.TABLE) {
            output.line(Column.text(answer.path("kicked")) + " sessions ended");
        } else {
            output.thing(Column.text(answer.path("kicked")), answer);
        }
        return ExitCode.DONE.number();
    }

    private static String age(JsonNode row) {
        return Durations.age(Duration.ofSeconds(row.path("ageSeconds").asLong(0)));
    }
}
