package io.weir.cli.output;

import java.util.List;

/**
 * Ends a command: its first line says what is wrong, the others give details and what to do next. Thrown on the main thread, printed by
 * the entry point alone.
 */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;
    private final transient List<String> lines;

    private CommandFailure(ExitCode exitCode, List<String> lines) {
        super(lines.getFirst(), null, false, false);
        this.exitCode = exitCode;
        this.lines = List.copyOf(lines);
    }

    /** {@code lines} are what is wrong, and then what to do. */
    public static CommandFailure of(ExitCode exitCode, String... lines) {
        return new CommandFailure(exitCode, List.of(lines));
    }

    public static CommandFailure of(ExitCode exitCode, List<String> lines) {
        return new CommandFailure(exitCode, lines);
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    public List<String> lines() {
        return lines;
    }
}
