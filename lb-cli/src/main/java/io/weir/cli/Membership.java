package io.weir.cli;

import io.weir.cli.client.ApiClient;
import io.weir.cli.client.ApiRequest;
import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.Output;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One member's registration: joining, heartbeats, leaving. Confined to one thread, which it blocks. */
final class Membership {
    private static final Duration BETWEEN_ASKING = Duration.ofMillis(200);
    /** Heartbeats that may be lost before the lease is. */
    private static final int BEATS_A_TTL = 3;

    private final ApiClient client;
    private final String pool;
    private final String name;

    Membership(ApiClient client, String pool, String name) {
        this.client = client;
        this.pool = pool;
        this.name = name;
    }

    private String path() {
        return ApiRequest.path("pools", pool, "registrations", name);
    }

    /** Joins, or says again that it is there. */
    JsonNode register(ObjectNode fields) {
        return client.call(Changes.json("PUT", path(), "application/json", fields)).json();
    }

    /** Leaves at once, or when the last connection has ended. */
    JsonNode leave(boolean drain) {
        ApiRequest request = ApiRequest.of("DELETE", path());
        return client.call(drain ? request.with("drain", "true") : request).json();
    }

    /**
     * Sends heartbeats until it is told to end, then leaves and waits for that. A daemon that cannot be reached is no reason to give up: it
     * may be restarting, and it remembers who was there.
     */
    void stay(ObjectNode fields, Output output, PrintStream complaints, Duration leaveLimit) {
        EndSignal end = EndSignal.heard();
        JsonNode first = register(fields);
        Duration beat = new Durations().convert(first.path("ttl").asString("30s")).dividedBy(BEATS_A_TTL);
        output.line("backend " + pool + '/' + name + " is registered, a heartbeat every " + Durations.text(beat));
        output.flush();
        String told = "";
        while (!end.within(beat)) {
            String wrong = heartbeat(fields);
            if (!wrong.isEmpty() && !wrong.equals(told)) {
                complaints.println("no heartbeat: " + wrong + "; goes on trying");
            }
            told = wrong;
        }
        leave(true);
        awaitGone(leaveLimit);
        output.line("backend " + pool + '/' + name + " has left");
    }

    private String heartbeat(ObjectNode fields) {
        try {
            register(fields);
            return "";
        } catch (CommandFailure failure) {
            return failure.lines().getFirst();
        }
    }

    /** Waits until its connections have ended and it is gone. */
    void awaitGone(Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (registered()) {
            if (System.nanoTime() - deadlineNanos >= 0) {
                throw CommandFailure.of(ExitCode.TIMED_OUT,
                        "backend " + pool + '/' + name + " still drains after " + Durations.text(limit),
                        "it takes no new connections; see: weir backend list " + pool);
            }
            LockSupport.parkNanos(BETWEEN_ASKING.toNanos());
        }
    }

    private boolean registered() {
        JsonNode rows = client.get(ApiRequest.path("pools", pool, "registrations")).json();
        return rows.valueStream().anyMatch(row -> row.path("name").asString("").equals(name));
    }
}
