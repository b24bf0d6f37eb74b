package io.weir.cli;

import io.weir.cli.client.ApiClient;
import io.weir.cli.client.ApiRequest;
import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/** Asks for a backend's state until it is one of those wanted. Confined to one thread, which it blocks. */
final class BackendWait {
    private static final Duration BETWEEN_ASKING = Duration.ofMillis(100);

    private final ApiClient client;
    private final String pool;
    private final String name;

    BackendWait(ApiClient client, String pool, String name) {
        this.client = client;
        this.pool = pool;
        this.name = name;
    }

    void until(Set<String> wanted, Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        JsonNode row = row();
        while (!wanted.contains(row.path("state").asString(""))) {
            if (System.nanoTime() >= deadlineNanos) {
                throw timedOut(row, limit);
            }
            LockSupport.parkNanos(BETWEEN_ASKING.toNanos());
            row = row();
        }
    }

    private JsonNode row() {
        JsonNode rows = client.call(ApiRequest.get(ApiRequest.path("backends")).with("pool", pool)).json();
        return rows.valueStream()
            .filter(row -> row.path("name").asString("").equals(name))
            .findFirst()
            .orElseThrow(() -> CommandFailure.of(ExitCode.NOT_FOUND, "backend " + pool + '/' + name + " was removed while waiting",
                    "see: weir backend list " + pool));
    }

    private CommandFailure timedOut(JsonNode row, Duration limit) {
        String cause = row.path("cause").asString("");
        return CommandFailure.of(ExitCode.TIMED_OUT,
                "backend " + pool + '/' + name + " is " + row.path("state").asString("unknown") + " after waiting "
                        + Durations.text(limit) + (cause.isEmpty() ? "" : ": " + cause),
                "the change itself is done; see: weir backend list " + pool);
    }
}
