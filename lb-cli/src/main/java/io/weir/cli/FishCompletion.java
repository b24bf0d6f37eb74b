package io.weir.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Writes completions for fish, whose scripts picocli does not write. Any thread may call it. */
final class FishCompletion {
    private final StringBuilder script = new StringBuilder("complete -c weir -f\n");

    private FishCompletion() {}

    static String script(CommandLine root) {
        var completion = new FishCompletion();
        String nouns = String.join(" ", offered(root).keySet());
        completion.children(root, "not __fish_seen_subcommand_from " + nouns);
        for (Map.Entry<String, CommandLine> noun : offered(root).entrySet()) {
            completion.noun(noun.getKey(), noun.getValue());
        }
        return completion.script.toString();
    }

    private static Map<String, CommandLine> offered(CommandLine parent) {
        var offered = new LinkedHashMap<>(parent.getSubcommands());
        offered.values().removeIf(child -> child.getCommandSpec().usageMessage().hidden());
        return offered;
    }

    private void noun(String name, CommandLine noun) {
        String seen = "__fish_seen_subcommand_from " + name;
        if (noun.getSubcommands().isEmpty()) {
            options(noun, seen);
            return;
        }
        children(noun, seen + "; and not __fish_seen_subcommand_from " + String.join(" ", noun.getSubcommands().keySet()));
        noun.getSubcommands().forEach((verb, line) -> options(line, seen + "; and __fish_seen_subcommand_from " + verb));
    }

    private void children(CommandLine parent, String condition) {
        offered(parent)
            .forEach((name, child) -> entry(condition, "-a " + quoted(name),
                    description(child.getCommandSpec().usageMessage().description())));
    }

    private void options(CommandLine line, String condition) {
        for (OptionSpec option : line.getCommandSpec().options()) {
            String spelling = "-l " + option.longestName().substring(2) + (option.arity().max() > 0 ? " -r" : "")
                    + (takesFile(option) ? " -F" : "");
            entry(condition, spelling, description(option.description()));
        }
    }

    private static boolean takesFile(OptionSpec option) {
        return option.typeInfo().getType() == Path.class;
    }

    private void entry(String condition, String what, String description) {
        script.append("complete -c weir -n ")
            .append(quoted(condition))
            .append(' ')
            .append(what)
            .append(" -d ")
            .append(quoted(description))
            .append('\n');
    }

    private static String description(String[] lines) {
        return lines.length == 0 ? "" : lines[0].replace("$$", "$");
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
