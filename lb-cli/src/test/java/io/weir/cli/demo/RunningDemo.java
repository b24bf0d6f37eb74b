package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.cli.Ran;
import io.weir.cli.WeirProcess;
import io.weir.cli.client.ApiClient;
import io.weir.cli.client.ApiRequest;
import io.weir.cli.client.Endpoint;
import io.weir.cli.output.Json;
import io.weir.testkit.ManagedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** A demonstration in a process of its own, and what an operator does to it. Confined to the test. */
final class RunningDemo implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final ManagedProcess process;
    private final JsonNode report;
    private final ApiClient api;
    private final List<ManagedProcess> restarted = new ArrayList<>();

    private RunningDemo(ManagedProcess process, JsonNode report) {
        this.process = process;
        this.report = report;
        this.api = new ApiClient(new Endpoint.Socket(socket()), Optional.empty());
    }

    static RunningDemo start() throws InterruptedException {
        ManagedProcess process = WeirProcess.daemon("demo", "--json");
        return new RunningDemo(process, Json.parse(process.awaitLine(line -> line.startsWith("{\"http\""), LIMIT)));
    }

    String web() {
        return report.path("http").asString();
    }

    String edge() {
        return report.path("tcp").asString();
    }

    /** The address that a backend listens on. */
    String address(String backend) {
        return reported(backend).path("address").asString();
    }

    /** Runs {@code weir} against this demonstration; it must succeed. */
    void weir(String... words) {
        Ran ran = Ran.weir(socket(), words);
        assertThat(ran.exit()).as(ran.err()).isZero();
    }

    /** Sends SIGKILL to a backend that the demonstration started, and does not wait: its sockets may take connections for a while yet. */
    void kill(String backend) {
        ProcessHandle.of(reported(backend).path("pid").asLong()).orElseThrow().destroyForcibly();
    }

    /** Brings a killed backend back with the command that the demonstration prints. */
    void restart(String backend) throws InterruptedException {
        String told = process.awaitLine(line -> line.contains("backend " + backend + " ") && line.contains("bring it back: "), LIMIT);
        String[] words = told.substring(told.indexOf("demo-backend")).split(" ", -1);
        restarted.add(WeirProcess.start(List.of(), Map.of(), words));
    }

    JsonNode pool(String name) {
        return row("pools", row -> row.path("name").asString().equals(name));
    }

    void awaitState(String pool, String backend, Predicate<String> wanted) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(() -> state(pool, backend), wanted);
    }

    private String state(String pool, String backend) {
        return row("backends", row -> row.path("pool").asString().equals(pool) && row.path("name").asString().equals(backend)).path("state")
            .asString();
    }

    @Override
    public void close() {
        restarted.forEach(ManagedProcess::close);
        process.close();
    }

    private Path socket() {
        return Path.of(report.path("socket").asString());
    }

    private JsonNode reported(String backend) {
        return report.path("backends").valueStream().filter(row -> row.path("name").asString().equals(backend)).findFirst().orElseThrow();
    }

    private JsonNode row(String kind, Predicate<JsonNode> wanted) {
        return api.get(ApiRequest.path(kind)).json().valueStream().filter(wanted).findFirst().orElseThrow();
    }
}
