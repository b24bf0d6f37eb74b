package io.weir.cli;

import static io.weir.cli.client.ApiRequest.path;

import io.weir.cli.client.ApiRequest;
import io.weir.cli.output.Column;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.OutputFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The noun {@code backend}. Confined to the main thread. */
@Command(name = "backend", description = "The servers of a pool.")
final class BackendCommand {
    /** What counts of the weight now, where that is another: {@code 10/100}. */
    static final Column WEIGHT = new Column("WEIGHT", BackendCommand::weight);

    private static final List<Column> COLUMNS = List.of(Column.field("pool"), Column.field("name"), Column.field("address"),
            Column.field("zone"), WEIGHT, Column.field("state"), new Column("AGE", BackendCommand::age),
            Column.field("CONN", "connections"), Column.field("source"), Column.field("by"), Column.field("cause"));
    private static final Set<String> SERVING = Set.of("healthy", "warming");
    private static final Set<String> OUT = Set.of("drained", "disabled");

    private final WeirCommand root;

    BackendCommand(WeirCommand root) {
        this.root = root;
    }

    /** Which backend. */
    static final class Which {
        @Parameters(index = "0", paramLabel = "POOL", description = "The pool.")
        String pool = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "The backend.")
        String name = "";

        String path() {
            return ApiRequest.path("pools", pool, "backends", name);
        }

        String text() {
            return "backend " + pool + '/' + name;
        }
    }

    /** What {@code add} and {@code set} share. */
    static final class Settings {
        @Option(names = "--address", paramLabel = "IP:PORT", description = "Where it listens.")
        @Nullable
        String address;

        @Option(names = "--zone", paramLabel = "ZONE", description = "Where it stands.")
        @Nullable
        String zone;

        @Option(names = "--weight", paramLabel = "0..100", description = "Its share; 0 takes no new connections.")
        @Nullable
        Integer weight;

        @Option(names = "--max-connections", paramLabel = "N", description = "Connections to it at once.")
        @Nullable
        Integer maxConnections;

        @Mixin
        EditOptions edit = new EditOptions();

        Fields fields() {
            return edit.applyTo(
                    new Fields().put("address", address).put("zone", zone).put("weight", weight).put("maxConnections", maxConnections));
        }
    }

    /** What a member says of itself. */
    static final class Joining {
        @Option(names = "--address", required = true, paramLabel = "IP:PORT", description = "Where it listens.")
        String address = "";

        @Option(names = "--zone", paramLabel = "ZONE", description = "Where it stands.")
        @Nullable
        String zone;

        @Option(names = "--weight", paramLabel = "0..100", description = "Its share; 0 takes no new connections.")
        @Nullable
        Integer weight;

        @Option(names = "--max-connections", paramLabel = "N", description = "Connections to it at once.")
        @Nullable
        Integer maxConnections;

        @Option(names = "--ttl", paramLabel = "DURATION", converter = Durations.class, description = "How long it stays without a heartbeat.")
        @Nullable
        Duration ttl;

        @Option(names = "--heartbeat", description = "Stay and send heartbeats; leave with a drain on SIGTERM.")
        boolean heartbeat;

        @Option(names = "--leave-within", paramLabel = "DURATION", converter = Durations.class, defaultValue = "300s", description = "With --heartbeat, how long leaving may take; exit code 7 beyond.")
        Duration leaveWithin = Duration.ofSeconds(300);

        ObjectNode mapping() {
            return new Fields().put("address", address)
                .put("zone", zone)
                .put("weight", weight)
                .put("maxConnections", maxConnections)
                .put("ttl", ttl == null ? null : Durations.text(ttl))
                .mapping();
        }
    }

    /** How long to wait for what was asked for to come true. */
    static final class WaitOption {
        @Option(names = "--wait", paramLabel = "DURATION", converter = Durations.class, description = "Wait until it is so; exit code 7 if it takes longer.")
        @Nullable
        Duration limit;
    }

    @Command(name = "list", description = "Backends, their state and why.")
    int list(@Parameters(arity = "0..1", paramLabel = "POOL", description = "Only of this pool.") @Nullable String pool,
            @Option(names = "--state", paramLabel = "STATE", description = "Only up (healthy, warming), down (unhealthy, ejected), or states by name, separated by commas.") @Nullable String state) {
        ApiRequest all = ApiRequest.get(path("backends"));
        ApiRequest ofPool = pool == null ? all : all.with("pool", pool);
        root.output().rows(root.client().call(state == null ? ofPool : ofPool.with("state", state)).json(), COLUMNS);
        return ExitCode.DONE.number();
    }

    @Command(name = "show", description = "One backend, its configuration and its state.")
    int show(@Mixin Which which) {
        root.output().thing(which.name, root.client().get(which.path()).json());
        return ExitCode.DONE.number();
    }

    @Command(name = "add", description = "Add a backend to a pool.", footer = {"",
        "Example: weir backend add shop i-03 --address 10.0.1.3:8080 --zone zone-a --wait 30s"})
    int add(@Mixin Which which, @Mixin Settings settings, @Mixin WaitOption wait, @Mixin ChangeOptions change) {
        int done = new Changes(root).add(which.text(), which.path(), settings.fields().mapping(), change);
        return await(which, wait, change, SERVING, done);
    }

    @Command(name = "set", description = "Change some settings of a backend.")
    int set(@Mixin Which which, @Mixin Settings settings,
            @Option(names = "--unset", paramLabel = "FIELD", description = "Set a field back to its default.") @Nullable List<String> unset,
            @Mixin ChangeOptions change) {
        Fields fields = settings.fields().removeAll(unset == null ? List.of() : unset);
        return new Changes(root).set(which.text(), which.path(), fields.mapping(), change);
    }

    @Command(name = "drain", description = "Give it no new connections and let the others end.")
    int drain(@Mixin Which which, @Mixin WaitOption wait, @Mixin ChangeOptions change) {
        return await(which, wait, change, OUT, adminState(which, "drain", change));
    }

    @Command(name = "enable", description = "Take it into service again.")
    int enable(@Mixin Which which, @Mixin WaitOption wait, @Mixin ChangeOptions change) {
        return await(which, wait, change, SERVING, adminState(which, "enabled", change));
    }

    @Command(name = "disable", description = "Cut its connections and stop probing it.")
    int disable(@Mixin Which which, @Mixin ChangeOptions change) {
        return adminState(which, "disabled", change);
    }

    @Command(name = "remove", description = "Remove a backend; its connections drain.")
    int remove(@Mixin Which which, @Mixin ChangeOptions change) {
        return new Changes(root).remove(which.text(), which.path(), change);
    }

    @Command(name = "register", description = "Join a pool that takes registrations, or say again that it is there.", footer = {"",
        "Example: weir backend register shop i-03 --address 10.0.1.3:8080 --ttl 30s --heartbeat"})
    int register(@Mixin Which which, @Mixin Joining joining, @Mixin WaitOption wait) {
        var membership = new Membership(root.client(), which.pool, which.name);
        if (joining.heartbeat) {
            membership.stay(joining.mapping(), root.output(), root.err(), joining.leaveWithin);
            return ExitCode.DONE.number();
        }
        root.output().thing(which.name, membership.register(joining.mapping()));
        if (wait.limit != null) {
            new BackendWait(root.client(), which.pool, which.name).until(SERVING, wait.limit);
        }
        return ExitCode.DONE.number();
    }

    @Command(name = "deregister", description = "Take a registered backend out: drain it first, then forget it.")
    int deregister(@Mixin Which which,
            @Option(names = "--now", description = "Forget it at once; its connections drain as those of a removed backend.") boolean now,
            @Mixin WaitOption wait) {
        var membership = new Membership(root.client(), which.pool, which.name);
        JsonNode leaving = membership.leave(!now);
        if (wait.limit != null) {
            membership.awaitGone(wait.limit);
        }
        if (wait.limit != null && root.output().format() == OutputFormat.TABLE) {
            root.output().line(which.text() + " has left");
        } else {
            root.output().thing(which.name, leaving);
        }
        return ExitCode.DONE.number();
    }

    private int adminState(Which which, String state, ChangeOptions change) {
        return new Changes(root).set(which.text(), which.path(), new Fields().put("adminState", state).mapping(), change);
    }

    private int await(Which which, WaitOption wait, ChangeOptions change, Set<String> wanted, int done) {
        if (wait.limit != null && !change.dryRun) {
            new BackendWait(root.client(), which.pool, which.name).until(wanted, wait.limit);
        }
        return done;
    }

    private static String weight(JsonNode row) {
        String configured = Column.text(row.path("weight"));
        String effective = Column.text(row.path("effectiveWeight"));
        return effective.equals(Column.ABSENT) || effective.equals(configured) ? configured : effective + "/" + configured;
    }

    private static String age(JsonNode row) {
        try {
            return Durations.age(Duration.between(Instant.parse(row.path("since").asString("")), Instant.now()));
        } catch (DateTimeParseException _) {
            return Column.ABSENT;
        }
    }
}
