package io.weir.cli;

import static io.weir.cli.client.ApiRequest.path;

import io.weir.cli.client.ApiClient;
import io.weir.cli.output.Column;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.Json;
import io.weir.cli.output.Output;
import io.weir.cli.output.OutputFormat;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** The verb {@code status}. Confined to the main thread. */
@Command(name = "status", description = "The node, its listeners and its pools at a glance.")
final class StatusCommand implements Callable<Integer> {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final String HOME_AND_CLEAR = "\033[H\033[2J";

    private final WeirCommand root;

    @Option(names = "--watch", description = "Look again every second until interrupted.")
    boolean watch;

    StatusCommand(WeirCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        ApiClient client = root.client();
        show(client.get(path("status")).json());
        while (watch) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            show(client.get(path("status")).json());
        }
        return ExitCode.DONE.number();
    }

    private void show(JsonNode status) {
        Output output = root.output();
        if (output.format() == OutputFormat.TABLE) {
            table(output, status);
        } else if (output.format() == OutputFormat.JSON && watch) {
            output.line(Json.oneLine(status));
        } else {
            output.thing(Column.text(status.at("/node/name")), status);
        }
        output.flush();
    }

    private void table(Output output, JsonNode status) {
        if (watch && root.environment().colours()) {
            output.text(HOME_AND_CLEAR);
        }
        output.line(summary(status));
        output.line("");
        output.table(status.path("listeners").valueStream(), ListenerCommand.COLUMNS);
        output.line("");
        output.table(status.path("pools").valueStream(), PoolCommand.COLUMNS);
        if (watch && !root.environment().colours()) {
            output.line("");
        }
    }

    private static String summary(JsonNode status) {
        JsonNode node = status.path("node");
        String zone = node.path("zone").asString("");
        return "node " + Column.text(node.path("name")) + (zone.isEmpty() ? "" : " in " + zone)
                + (node.path("ready").asBoolean(false) ? ", ready" : ", not ready") + ", up "
                + Durations.age(Duration.ofSeconds(node.path("uptimeSeconds").asLong(0))) + ", pid " + Column.text(node.path("pid"))
                + ", revision " + Column.text(status.path("revision")) + ", " + Column.text(node.path("workers")) + " event loops on "
                + Column.text(node.path("transport"));
    }
}
