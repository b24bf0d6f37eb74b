package io.weir.cli;

import static io.weir.cli.client.ApiRequest.path;

import io.weir.cli.output.Column;
import io.weir.cli.output.ExitCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The noun {@code listener}. Confined to the main thread. */
@Command(name = "listener", description = "The doors that clients come through.")
final class ListenerCommand {
    static final List<Column> COLUMNS = List.of(Column.field("name"), Column.field("protocol"), new Column("BIND", ListenerCommand::bound),
            Column.field("pool"),
            Column.field("state"), Column.field("CONN", "connections"), Column.field("accepted"), Column.field("refused"),
            Column.field("requests"), Column.field("IN", "bytesIn"), Column.field("OUT", "bytesOut"), Column.field("cause"));

    private final WeirCommand root;

    ListenerCommand(WeirCommand root) {
        this.root = root;
    }

    /** What {@code add} and {@code set} share. */
    static final class Settings {
        @Option(names = "--protocol", paramLabel = "PROTOCOL", description = "tcp, tls, udp or http.")
        @Nullable
        String protocol;

        @Option(names = "--bind", paramLabel = "ADDRESS", description = "HOST:PORT, [V6]:PORT or :PORT; with tcp also PORT-PORT.")
        @Nullable
        String bind;

        @Option(names = "--pool", paramLabel = "POOL", description = "Takes what no route takes.")
        @Nullable
        String pool;

        @Option(names = "--enabled", arity = "1", paramLabel = "true|false", description = "false closes the port and keeps the listener.")
        @Nullable
        Boolean enabled;

        @Option(names = "--idle-timeout", paramLabel = "DURATION", description = "Close connections that are idle for so long.")
        @Nullable
        String idleTimeout;

        @Option(names = "--max-connections", paramLabel = "N", description = "Client connections at once.")
        @Nullable
        Integer maxConnections;

        @Option(names = "--access-list", split = ",", paramLabel = "LIST", description = "Who may come in: the names of access lists.")
        List<String> accessLists = new ArrayList<>();

        @Option(names = "--certificate", split = ",", paramLabel = "NAME", description = "Certificates to show, the first by default; for tls.")
        List<String> certificates = new ArrayList<>();

        @Option(names = "--accept-proxy-protocol", split = ",", paramLabel = "CIDR", description = "Sources that must send a PROXY header.")
        List<String> acceptProxyProtocol = new ArrayList<>();

        @Mixin
        EditOptions edit = new EditOptions();

        Fields fields() {
            var fields = new Fields().put("protocol", protocol).put("bind", bind).put("pool", pool).put("enabled", enabled);
            fields.put("idleTimeout", idleTimeout);
            if (maxConnections != null) {
                fields.put("limits", new Fields().put("maxConnections", maxConnections).mapping());
            }
            fields.put("accessList", accessLists);
            if (!certificates.isEmpty()) {
                fields.put("tls", new Fields().put("certificates", certificates).mapping());
            }
            ObjectNode sources = new Fields().put("from", acceptProxyProtocol).mapping();
            return edit.applyTo(sources.isEmpty() ? fields : fields.put("acceptProxyProtocol", sources));
        }
    }

    @Command(name = "list", description = "All listeners and their counters.")
    int list() {
        root.output().rows(root.client().get(path("listeners")).json(), COLUMNS);
        return ExitCode.DONE.number();
    }

    @Command(name = "show", description = "One listener, its configuration and its state.")
    int show(@Parameters(paramLabel = "NAME", description = "Which.") String name) {
        root.output().thing(name, root.client().get(path("listeners", name)).json());
        return ExitCode.DONE.number();
    }

    @Command(name = "add", description = "Open a new listener.", footer = {"",
        "Example: weir listener add web --protocol http --bind :8080 --pool shop"})
    int add(@Parameters(paramLabel = "NAME", description = "What to call it.") String name, @Mixin Settings settings,
            @Mixin ChangeOptions change) {
        return new Changes(root).add("listener " + name, path("listeners", name), settings.fields().mapping(), change);
    }

    @Command(name = "set", description = "Change some settings of a listener.")
    int set(@Parameters(paramLabel = "NAME", description = "Which.") String name, @Mixin Settings settings,
            @Option(names = "--unset", paramLabel = "FIELD", description = "Set a field back to its default.") @Nullable List<String> unset,
            @Mixin ChangeOptions change) {
        Fields fields = settings.fields().removeAll(unset == null ? List.of() : unset);
        return new Changes(root).set("listener " + name, path("listeners", name), fields.mapping(), change);
    }

    @Command(name = "remove", description = "Close a listener; its connections drain.")
    int remove(@Parameters(paramLabel = "NAME", description = "Which.") String name, @Mixin ChangeOptions change) {
        return new Changes(root).remove("listener " + name, path("listeners", name), change);
    }

    /** Where it is configured to listen and, if the kernel chose the port, with that one. */
    private static String bound(JsonNode row) {
        String bind = Column.text(row.path("bind"));
        int port = row.path("boundPort").asInt(0);
        return port > 0 && bind.endsWith(":0") ? bind.substring(0, bind.length() - 1) + port : bind;
    }
}
