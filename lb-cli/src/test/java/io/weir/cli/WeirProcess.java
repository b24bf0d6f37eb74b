package io.weir.cli;

import io.weir.testkit.ManagedProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command in a JVM of its own, as the launcher starts it. */
public final class WeirProcess {
    private static final List<String> DAEMON_FLAGS = List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC", "-Xmx256m", "-Dio.netty.leakDetection.level=paranoid");

    private WeirProcess() {}

    public static ManagedProcess start(List<String> flags, Map<String, String> variables, String... words) {
        return ManagedProcess.start(command(flags, words), Path.of("").toAbsolutePath(), variables);
    }

    public static ManagedProcess daemon(String... words) {
        return start(DAEMON_FLAGS, Map.of(), words);
    }

    public static List<String> daemonCommand(String... words) {
        return command(DAEMON_FLAGS, words);
    }

    private static List<String> command(List<String> flags, String... words) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(words));
        return command;
    }
}
