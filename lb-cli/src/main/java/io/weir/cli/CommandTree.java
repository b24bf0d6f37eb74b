package io.weir.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The nouns. Building all of them costs more start-up time than a command itself, so a call that names one gets that one alone; help,
 * completion and misspelt calls get them all.
 */
final class CommandTree {
    private CommandTree() {}

    /** What {@code arguments} need; they are not yet parsed. */
    static CommandLine forArguments(WeirCommand root, List<String> arguments) {
        var nouns = nouns(root);
        Optional<String> noun = arguments.stream().filter(nouns::containsKey).findFirst();
        boolean first = noun.isPresent() && arguments.subList(0, arguments.indexOf(noun.get())).isEmpty();
        return first ? tree(root, Map.of(noun.get(), nouns.get(noun.get()))) : tree(root, nouns);
    }

    /** Every noun. */
    static CommandLine whole(WeirCommand root) {
        return tree(root, nouns(root));
    }

    private static Map<String, Supplier<Object>> nouns(WeirCommand root) {
        var nouns = new LinkedHashMap<String, Supplier<Object>>();
        nouns.put("demo", () -> new DemoCommand(root));
        nouns.put("demo-backend", DemoBackendCommand::new);
        nouns.put("serve", ServeCommand::new);
        nouns.put("apply", () -> new ApplyCommand(root));
        nouns.put("config", () -> new ConfigCommand(root));
        nouns.put("listener", () -> new ListenerCommand(root));
        nouns.put("pool", () -> new PoolCommand(root));
        nouns.put("backend", () -> new BackendCommand(root));
        nouns.put("check", () -> new CheckCommand(root));
        nouns.put("zone", () -> new ZoneCommand(root));
        nouns.put("route", () -> new RouteCommand(root));
        nouns.put("explain", () -> new ExplainCommand(root));
        nouns.put("acl", () -> new AclCommand(root));
        nouns.put("affinity", () -> new AffinityCommand(root));
        nouns.put("session", () -> new SessionCommand(root));
        nouns.put("cert", () -> new CertCommand(root));
        nouns.put("status", () -> new StatusCommand(root));
        nouns.put("events", () -> new EventsCommand(root));
        nouns.put("version", () -> new VersionCommand(root));
        nouns.put("completion", () -> new CompletionCommand(root));
        return nouns;
    }

    private static CommandLine tree(WeirCommand root, Map<String, Supplier<Object>> nouns) {
        var line = new CommandLine(root);
        nouns.forEach((name, command) -> line.addSubcommand(name, command.get()));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return line;
    }
}
