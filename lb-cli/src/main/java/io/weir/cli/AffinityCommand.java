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

/** The noun {@code affinity}. Confined to the main thread. */
@Command(name = "affinity", description = "Which backends sources stay at.")
final class AffinityCommand {
    private static final List<Column> COLUMNS = List.of(Column.field("pool"), Column.field("source"), Column.field("backend"),
            Column.field("address"), new Column("IDLE", AffinityCommand::idle));
    private static final List<Column> COUNTS = List.of(Column.field("pool"), Column.field("backend"), Column.field("entries"));

    private final WeirCommand root;

    AffinityCommand(WeirCommand root) {
        this.root = root;
    }

    /** Which entries. */
    static final class Filter {
        @Option(names = "--pool", paramLabel = "POOL", description = "Those of this pool.")
        @Nullable
        String pool;

        @Option(names = "--backend", paramLabel = "BACKEND", description = "Those that stay at a backend of this name.")
        @Nullable
        String backend;

        @Option(names = "--client", paramLabel = "CIDR", description = "Those that share an address with this address or network.")
        @Nullable
        String client;

        ApiRequest applyTo(ApiRequest request) {
            return with(with(with(request, "pool", pool), "backend", backend), "client", client);
        }

        boolean isEmpty() {
            return pool == null && backend == null && client == null;
        }
    }

    private static ApiRequest with(ApiRequest request, String name, @Nullable String value) {
        return value == null ? request : request.with(name, value);
    }

    @Command(name = "list", description = "Sources and where they stay, in no order.", footer = {"",
        "Example: weir affinity list --pool shop --client 10.0.0.0/8"})
    int list(@Mixin Filter filter, @Option(names = "--limit", paramLabel = "N", description = "So many at most.") @Nullable Integer limit) {
        ApiRequest request = with(filter.applyTo(ApiRequest.get(path("affinity"))), "limit", limit == null ? null : limit.toString());
        root.output().rows(root.client().call(request).json(), COLUMNS, Column.field("source"));
        return ExitCode.DONE.number();
    }

    @Command(name = "count", description = "How many sources stay at each backend, those with the most first.", footer = {"",
        "Example: weir affinity count --pool shop"})
    int count(@Option(names = "--pool", paramLabel = "POOL", description = "Of this pool.") @Nullable String pool) {
        root.output().rows(root.client().call(with(ApiRequest.get(path("affinity", "count")), "pool", pool)).json(), COUNTS);
        return ExitCode.DONE.number();
    }

    @Command(name = "clear", description = "Forget where sources stay; open connections live on.", footer = {"",
        "Example: weir affinity clear --client 192.0.2.7"})
    int clear(@Mixin Filter filter, @Option(names = "--all", description = "Every one.") boolean all) {
        if (filter.isEmpty() && !all) {
            throw CommandFailure.of(ExitCode.INVALID, "nothing says which entries", "give a filter such as --client, or --all");
        }
        ApiRequest request = filter.applyTo(ApiRequest.of("DELETE", path("affinity")));
        JsonNode answer = root.client().call(all ? request.with("all", "true") : request).json();
        Output output = root.output();
        if (output.format() == OutputFormat.TABLE) {
            output.line(Column.text(answer.path("cleared")) + " entries forgotten");
        } else {
            output.thing(Column.text(answer.path("cleared")), answer);
        }
        return ExitCode.DONE.number();
    }

    private static String idle(JsonNode row) {
        return Durations.age(Duration.ofSeconds(row.path("idleSeconds").asLong(0)));
    }
}
