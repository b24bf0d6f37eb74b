package io.weir.cli;

import static io.weir.cli.client.ApiRequest.path;

import io.weir.cli.client.ApiRequest;
import io.weir.cli.output.Column;
import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.Json;
import io.weir.cli.output.Output;
import io.weir.cli.output.OutputFormat;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The noun {@code zone}. Confined to the main thread. */
@Command(name = "zone", description = "Failure domains: what they carry, and traffic moved between them.")
final class ZoneCommand {
    private static final List<Column> COLUMNS = List.of(Column.field("name"), Column.field("region"), Column.field("shifted"),
            new Column("USABLE", zone -> Column.text(zone.path("usable")) + "/" + Column.text(zone.path("backends"))),
            new Column("POOLS", ZoneCommand::shares));

    private static final List<Column> FORECAST = List.of(Column.field("name"), Column.field("zone"), Column.field("SHARE %", "shareBefore"),
            Column.field("THEN", "shareAfter"), Column.field("CONN", "connections"), Column.field("THEN", "connectionsAfter"),
            Column.field("overload"));

    private final WeirCommand root;

    ZoneCommand(WeirCommand root) {
        this.root = root;
    }

    @Command(name = "list", description = "All zones, with the part of each pool that they carry.")
    int list() {
        root.output().rows(root.client().get(path("zones")).json(), COLUMNS);
        return ExitCode.DONE.number();
    }

    @Command(name = "simulate", description = "Say what would become of each pool without a zone; nothing is changed.", footer = {"",
        "Example: weir zone simulate --down zone-a"})
    int simulate(@Option(names = "--down", required = true, paramLabel = "ZONE", description = "The zone that fails.") String zone) {
        JsonNode pools = root.client().get(path("zones", zone, "simulate")).json();
        Output output = root.output();
        if (output.format() != OutputFormat.TABLE) {
            output.tree(pools);
            return ExitCode.DONE.number();
        }
        pools.forEach(pool -> {
            output.line("pool " + Column.text(pool.path("pool")) + ": tier " + Column.text(pool.path("tierBefore")) + ", then "
                    + Column.text(pool.path("tierAfter")) + ", " + Column.text(pool.path("mode")) + handedOver(pool)
                    + nobody(pool));
            output.table(pool.path("backends").valueStream(), FORECAST);
            output.line("");
        });
        return ExitCode.DONE.number();
    }

    @Command(name = "shift", description = "Move traffic away from a zone; open connections stay.")
    int shift(@Parameters(paramLabel = "ZONE", description = "Which.") String zone, @Mixin ChangeOptions change) {
        return new Changes(root).send("zone " + zone, ApiRequest.of("PUT", path("zones", zone, "shifted")), change);
    }

    @Command(name = "unshift", description = "Let traffic come back to a zone.")
    int unshift(@Parameters(paramLabel = "ZONE", description = "Which.") String zone, @Mixin ChangeOptions change) {
        return new Changes(root).send("zone " + zone, ApiRequest.of("DELETE", path("zones", zone, "shifted")), change);
    }

    @Command(name = "failover", description = "Hold a pool's traffic in its backup zones.")
    int failover(@Parameters(paramLabel = "POOL", description = "Which.") String pool, @Mixin ChangeOptions change) {
        JsonNode now = root.client().get(path("pools", pool)).json();
        if (now.at("/zones/backup").isEmpty()) {
            throw CommandFailure.of(ExitCode.CONFLICT, "pool '" + pool + "' has no backup zones",
                    "name some: weir pool set " + pool + " --primary ZONE --backup ZONE");
        }
        return pin(pool, Json.object().put("pin", "backup"), change);
    }

    @Command(name = "failback", description = {"Let a pool's traffic return to its primary zones.",
        "Takes the pin of failover away; with failback: manual it pins the primary zones instead, which is what brings traffic home."})
    int failback(@Parameters(paramLabel = "POOL", description = "Which.") String pool, @Mixin ChangeOptions change) {
        JsonNode now = root.client().get(path("pools", pool)).json();
        boolean pinned = now.at("/failover/pin").asString("").equals("backup");
        boolean away = now.at("/status/activeTier").asString("").equals("backup");
        boolean manual = now.at("/failover/failback").asString("").equals("manual");
        if (!pinned && !(away && manual)) {
            String why = away ? "returns by itself once its primary zones are good" : "is in its primary zones already";
            throw CommandFailure.of(ExitCode.CONFLICT, "pool '" + pool + "' " + why, "nothing to do");
        }
        var failover = Json.object();
        return pin(pool, manual ? failover.put("pin", "primary") : failover.putNull("pin"), change);
    }

    private int pin(String pool, JsonNode failover, ChangeOptions change) {
        var patch = Json.object();
        patch.set("failover", failover);
        return new Changes(root).set("pool " + pool, path("pools", pool), patch, change);
    }

    /** What goes from a pool that is sorry to the one that serves for it. */
    private static String handedOver(JsonNode pool) {
        String servedBy = Column.text(pool.path("servedBy"));
        long takenOver = pool.path("takenOver").asLong(0);
        return (servedBy.equals(Column.ABSENT) ? "" : ", pool " + servedBy + " serves for it")
                + (takenOver == 0 ? "" : ", takes over " + takenOver + " connections");
    }

    private static String nobody(JsonNode pool) {
        boolean somebody = pool.path("backends").valueStream().anyMatch(backend -> backend.path("shareAfter").asDouble(0) > 0);
        return somebody || Column.text(pool.path("mode")).equals("sorry") ? "" : ", and nobody is left to serve";
    }

    private static String shares(JsonNode zone) {
        String shares = String.join(" ",
                zone.path("pools").valueStream().map(p -> Column.text(p.path("pool")) + "=" + Column.text(p.path("share")) + "%").toList());
        return shares.isEmpty() ? Column.ABSENT : shares;
    }
}
