package io.weir.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What surrounds a command: its streams and variables, replaced in tests. Any thread may use it.
 *
 * @param colours whether {@code out} is a terminal that shows them
 */
record Environment(PrintStream out, PrintStream err, Map<String, String> variables, boolean colours) {
    Environment {
        variables = Map.copyOf(variables);
    }

    /** This process's own. The launcher says whether standard output is a terminal, since asking costs start-up time. */
    static Environment ofProcess() {
        boolean terminal = Boolean.getBoolean("weir.terminal");
        return new Environment(utf8(FileDescriptor.out), utf8(FileDescriptor.err), System.getenv(),
                terminal && System.getenv("NO_COLOR") == null);
    }

    /** Whatever the locale, names and causes keep their characters. */
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new BufferedOutputStream(new FileOutputStream(descriptor)), false, StandardCharsets.UTF_8);
    }

    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }
}
