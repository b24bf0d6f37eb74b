package io.weir.daemon;

import io.weir.testkit.ManagedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A daemon in a JVM of its own: {@code main} is what {@code weir serve} does. */
final class DaemonProcess {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private DaemonProcess() {
    }

    private static final String TAKE_OVER = "--take-over";

    /** Arguments: the node file, and a configuration, {@value #TAKE_OVER} or nothing. */
    public static void main(String[] args) {
        boolean takeOver = args.length > 1 && args[1].equals(TAKE_OVER);
        Optional<Path> config = args.length > 1 && !takeOver ? Optional.of(Path.of(args[1])) : Optional.empty();
        try {
            var options = new DaemonOptions(Optional.of(Path.of(args[0])), config, false, Duration.ofSeconds(20), takeOver);
            System.exit(WeirDaemon.run(options));
        } catch (StartRefused refused) {
            refused.lines().forEach(System.err::println);
            System.exit(2);
        }
    }

    /** Starts one; {@code before} goes in front of the command, such as a tracer. */
    static ManagedProcess launch(DaemonScene scene, List<String> before, Optional<Path> config) {
        return launch(scene, before, config, Map.of());
    }

    private static ManagedProcess launch(DaemonScene scene, List<String> before, Optional<Path> config, Map<String, String> environment) {
        List<String> command = new ArrayList<>(before);
        command.addAll(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                        "-Xmx256m", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                        "-Dweir.log=INFO", "-cp",
                        System.getProperty("java.class.path"), DaemonProcess.class.getName(), scene.nodeFile().toString()));
        config.map(Path::toString).ifPresent(command::add);
        return ManagedProcess.start(command, scene.folder(), environment);
    }

    /** Starts one that takes the place of the scene's daemon. */
    static ManagedProcess takeOver(DaemonScene scene) {
        return takeOver(scene, Map.of());
    }

    static ManagedProcess takeOver(DaemonScene scene, Map<String, String> environment) {
        return launch(scene, List.of(), Optional.of(Path.of(TAKE_OVER)), environment);
    }

    static ManagedProcess start(DaemonScene scene, Optional<Path> config, Map<String, String> environment) throws InterruptedException {
        ManagedProcess process = launch(scene, List.of(), config, environment);
        awaitStart(process);
        return process;
    }

    static ManagedProcess start(DaemonScene scene, Optional<Path> config) throws InterruptedException {
        return start(scene, config, Map.of());
    }

    static void awaitStart(ManagedProcess process) throws InterruptedException {
        process.awaitLine(line -> line.contains(" serves revision "), START_LIMIT);
    }
}
