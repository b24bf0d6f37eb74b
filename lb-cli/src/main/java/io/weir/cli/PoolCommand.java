package io.weir.cli;

import static io.weir.cli.client.ApiRequest.path;

import io.weir.cli.output.Column;
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

/** The noun {@code pool}. Confined to the main thread. */
@Command(name = "pool", description = "Groups of backends and how to choose among them.")
final class PoolCommand {
    static final List<Column> COLUMNS = List.of(Column.field("name"), Column.field("algorithm"), Column.field("TIER", "activeTier"),
            Column.field("mode"), new Column("QUORUM", PoolCommand::quorum), new Column("SPARE ZONE", PoolCommand::spareZone),
            new Column("HEALTHY", pool -> Column.text(pool.path("healthy")) + "/" + Column.text(pool.path("total"))),
            Column.field("CONN", "connections"));

    private final WeirCommand root;

    PoolCommand(WeirCommand root) {
        this.root = root;
    }

    /** What {@code add} and {@code set} share. */
    static final class Settings {
        @Option(names = "--algorithm", paramLabel = "NAME", description = {
            "weighted-round-robin, round-robin, weighted-least-connections, least-connections, shortest-expected-delay, never-queue,",
            "least-requests, peak-ewma, random, failover, overflow or maglev."})
        @Nullable
        String algorithm;

        @Option(names = "--hash-key", paramLabel = "KEY", description = "What maglev hashes: source or tuple.")
        @Nullable
        String hashKey;

        @Option(names = "--health", paramLabel = "CHECK", description = "none, tcp, http:/PATH, or a template's name.")
        @Nullable
        String health;

        @Option(names = "--primary", split = ",", paramLabel = "ZONE", description = "Zones that carry the traffic.")
        List<String> primary = new ArrayList<>();

        @Option(names = "--backup", split = ",", paramLabel = "ZONE", description = "Zones that carry it when the primary ones cannot.")
        List<String> backup = new ArrayList<>();

        @Option(names = "--proxy-protocol", paramLabel = "VERSION", description = "Towards backends: none, v1 or v2.")
        @Nullable
        String proxyProtocol;

        @Option(names = "--connect-timeout", paramLabel = "DURATION", description = "For all tries of one connection together.")
        @Nullable
        String connectTimeout;

        @Option(names = "--drain", paramLabel = "DURATION", description = "How long connections of a drained backend may live on.")
        @Nullable
        String drain;

        @Mixin
        EditOptions edit = new EditOptions();

        Fields fields() {
            var fields = new Fields().put("algorithm", algorithm).put("hashKey", hashKey).put("healthCheck", healthCheck());
            ObjectNode zones = new Fields().put("primary", primary).put("backup", backup).mapping();
            if (!zones.isEmpty()) {
                fields.put("zones", zones);
            }
            fields.put("proxyProtocol", proxyProtocol).put("connectTimeout", connectTimeout).put("drain", drain);
            return edit.applyTo(fields);
        }

        private @Nullable JsonNode healthCheck() {
            if (health == null) {
                return null;
            }
            if (health.equals("tcp")) {
                return Json.object().put("type", "tcp");
            }
            if (health.startsWith("http:")) {
                String path = health.substring("http:".length());
                return Json.object().put("type", "http").put("path", path.isEmpty() ? "/" : path);
            }
            return Json.object().stringNode(health);
        }
    }

    @Command(name = "list", description = "All pools, with the tier that carries the traffic.")
    int list() {
        root.output().rows(root.client().get(path("pools")).json(), COLUMNS);
        return ExitCode.DONE.number();
    }

    @Command(name = "show", description = "One pool, its configuration and its state.")
    int show(@Parameters(paramLabel = "NAME", description = "Which.") String name) {
        root.output().thing(name, root.client().get(path("pools", name)).json());
        return ExitCode.DONE.number();
    }

    @Command(name = "add", description = "Make a new pool; backends are added to it afterwards.", footer = {"",
        "Example: weir pool add shop --algorithm maglev --health http:/healthz --primary zone-a --backup zone-b"})
    int add(@Parameters(paramLabel = "NAME", description = "What to call it.") String name, @Mixin Settings settings,
            @Mixin ChangeOptions change) {
        return new Changes(root).add("pool " + name, path("pools", name), settings.fields().mapping(), change);
    }

    @Command(name = "set", description = "Change some settings of a pool.")
    int set(@Parameters(paramLabel = "NAME", description = "Which.") String name, @Mixin Settings settings,
            @Option(names = "--unset", paramLabel = "FIELD", description = "Set a field back to its default.") @Nullable List<String> unset,
            @Mixin ChangeOptions change) {
        Fields fields = settings.fields().removeAll(unset == null ? List.of() : unset);
        return new Changes(root).set("pool " + name, path("pools", name), fields.mapping(), change);
    }

    @Command(name = "remove", description = "Remove a pool that no listener or route names.")
    int remove(@Parameters(paramLabel = "NAME", description = "Which.") String name, @Mixin ChangeOptions change) {
        return new Changes(root).remove("pool " + name, path("pools", name), change);
    }

    /** What is in service, and how much must be. */
    private static String quorum(JsonNode pool) {
        return Column.text(pool.path("quorumWeight")) + "/" + Column.text(pool.path("minimumWeight"))
                + (pool.path("quorum").asBoolean(true) ? "" : " lost");
    }

    /** Whether any zone may fail, or which one may not. */
    private static String spareZone(JsonNode pool) {
        String zone = Column.text(pool.at("/shortfall/zone"));
        return !zone.equals(Column.ABSENT) ? "no: " + zone : pool.path("spareZone").asBoolean(false) ? "yes" : Column.ABSENT;
    }
}
