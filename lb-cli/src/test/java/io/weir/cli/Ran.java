package io.weir.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a command left behind: its exit code and what it printed. */
public record Ran(int exit, String out, String err) {
    /** Runs {@code weir} with these words in this JVM, against the daemon at {@code socket}. */
    public static Ran weir(Path socket, String... words) {
        return weir(Map.of("WEIR_SOCKET", socket.toString()), false, words);
    }

    static Ran weir(Map<String, String> variables, boolean colours, String... words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var environment = new Environment(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), variables, colours);
        int exit = Main.run(words, environment);
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    List<String> errLines() {
        return err.lines().toList();
    }

    List<String> outLines() {
        return out.lines().toList();
    }
}
