package io.weir.cli;

import static io.weir.cli.client.ApiRequest.path;

import io.weir.cli.output.Column;
import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The noun {@code acl}. Confined to the main thread. */
@Command(name = "acl", description = "Access lists: networks that listeners take or turn away.")
final class AclCommand {
    private static final List<Column> COLUMNS = List.of(Column.field("name"), Column.field("mode"), Column.field("entries"),
            Column.field("listeners"));

    private final WeirCommand root;

    AclCommand(WeirCommand root) {
        this.root = root;
    }

    /** What {@code set} changes. */
    static final class Settings {
        @Option(names = "--mode", paramLabel = "allow|deny", description = "What being on it means.")
        @Nullable
        String mode;

        @Option(names = "--entries", split = ",", paramLabel = "CIDR", description = "All its networks, instead of those that it has.")
        List<String> entries = new ArrayList<>();

        @Option(names = "--add", split = ",", paramLabel = "CIDR", description = "Networks to put on it.")
        List<String> add = new ArrayList<>();

        @Option(names = "--remove", split = ",", paramLabel = "CIDR", description = "Networks to take off it.")
        List<String> remove = new ArrayList<>();

        ObjectNode whole() {
            return new Fields().put("mode", mode).put("entries", entries).mapping();
        }

        ObjectNode single() {
            return new Fields().put("add", add).put("remove", remove).mapping();
        }
    }

    @Command(name = "list", description = "All access lists and the listeners that use them.")
    int list() {
        root.output().rows(root.client().get(path("access-lists")).json(), COLUMNS);
        return ExitCode.DONE.number();
    }

    @Command(name = "show", description = "One access list with its entries.")
    int show(@Parameters(paramLabel = "NAME", description = "Which.") String name) {
        root.output().thing(name, root.client().get(path("access-lists", name)).json());
        return ExitCode.DONE.number();
    }

    @Command(name = "add", description = "Make a new access list; a listener uses it once it names it.", footer = {"",
        "Example: weir acl add office --mode allow --entries 10.0.0.0/8,2001:db8::/32"})
    int add(@Parameters(paramLabel = "NAME", description = "What to call it.") String name,
            @Option(names = "--mode", required = true, paramLabel = "allow|deny", description = "What being on it means.") String mode,
            @Option(names = "--entries", split = ",", paramLabel = "CIDR", description = "Its networks.") @Nullable List<String> entries,
            @Mixin ChangeOptions change) {
        ObjectNode mapping = new Fields().put("mode", mode).mapping();
        var array = mapping.putArray("entries");
        if (entries != null) {
            entries.forEach(array::add);
        }
        return new Changes(root).add("access list " + name, path("access-lists", name), mapping, change);
    }

    @Command(name = "set", description = "Change an access list; it holds for new connections, without a restart.", footer = {"",
        "Example: weir acl set office --add 192.0.2.0/24 --remove 10.9.0.0/16"})
    int set(@Parameters(paramLabel = "NAME", description = "Which.") String name, @Mixin Settings settings, @Mixin ChangeOptions change) {
        ObjectNode single = settings.single();
        if (single.isEmpty()) {
            return new Changes(root).set("access list " + name, path("access-lists", name), settings.whole(), change);
        }
        if (!settings.whole().isEmpty()) {
            throw CommandFailure.of(ExitCode.INVALID, "--add or --remove beside --mode or --entries",
                    "change single entries, or the list as a whole");
        }
        return new Changes(root).send("access list " + name,
                Changes.json("POST", path("access-lists", name, "entries"), "application/json", single), change);
    }

    @Command(name = "remove", description = "Remove an access list that no listener uses.")
    int remove(@Parameters(paramLabel = "NAME", description = "Which.") String name, @Mixin ChangeOptions change) {
        return new Changes(root).remove("access list " + name, path("access-lists", name), change);
    }
}
