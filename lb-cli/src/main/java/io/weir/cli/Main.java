package io.weir.cli;

import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry of the {@code weir} command. Confined to the main thread. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Environment environment = Environment.ofProcess();
        int exit = run(args, environment);
        environment.out().flush();
        environment.err().flush();
        // a client command has no shutdown hooks, and Runtime.exit would load the logging of the JDK first: a third of a short command
        Runtime.getRuntime().halt(exit);
    }

    /** Runs one command and returns its exit code; all that it says goes to {@code environment}. */
    static int run(String[] args, Environment environment) {
        var root = new WeirCommand(environment);
        CommandLine line = CommandTree.forArguments(root, Arrays.asList(args));
        line.setOut(new PrintWriter(environment.out(), true, StandardCharsets.UTF_8));
        line.setExecutionStrategy(Main::execute);
        line.setParameterExceptionHandler((problem, _) -> usage(problem, environment));
        line.setExecutionExceptionHandler((problem, _, _) -> failure(problem, environment));
        return line.execute(args);
    }

    private static int execute(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (!last.commandSpec().subcommands().isEmpty() && !last.isUsageHelpRequested()) {
            throw incomplete(last.commandSpec().commandLine());
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static ParameterException incomplete(CommandLine line) {
        String kind = line.getParent() == null ? "noun" : "verb";
        List<String> wanted = line.getSubcommands()
            .entrySet()
            .stream()
            .filter(child -> !child.getValue().getCommandSpec().usageMessage().hidden())
            .map(Map.Entry::getKey)
            .toList();
        return new ParameterException(line, "no " + kind + " given, want one of " + String.join(", ", wanted));
    }

    private static int usage(ParameterException problem, Environment environment) {
        String name = problem.getCommandLine().getCommandSpec().qualifiedName();
        List<String> suggestions = List.of();
        String what = String.valueOf(problem.getMessage()).lines().findFirst().orElse("wrong usage");
        if (problem instanceof UnmatchedArgumentException unmatched) {
            suggestions = unmatched.getSuggestions().stream().limit(1).toList();
            what = "unknown: " + String.join(" ", unmatched.getUnmatched());
        }
        environment.err().println(name + ": " + what);
        environment.err()
            .println((suggestions.isEmpty() ? "see: " : "did you mean " + String.join(" or ", suggestions) + "? see: ") + name
                    + " --help");
        return ExitCode.INVALID.number();
    }

    private static int failure(Exception problem, Environment environment) throws Exception {
        environment.out().flush();
        if (problem instanceof CommandFailure failure) {
            failure.lines().forEach(environment.err()::println);
            return failure.exitCode().number();
        }
        throw problem;
    }
}
