package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.ManagedProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script in an installation: {@code bin/weir} beside {@code lib/}. */
class LauncherIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    @BeforeEach
    void install() throws IOException {
        Files.createDirectories(folder.resolve("home/bin"));
        Path lib = Files.createDirectories(folder.resolve("home/lib"));
        Files.copy(script(), folder.resolve("home/bin/weir"), StandardCopyOption.COPY_ATTRIBUTES);
        for (String entry : System.getProperty("java.class.path").split(":", -1)) {
            Path path = Path.of(entry);
            if (Files.isRegularFile(path)) {
                Files.copy(path, lib.resolve(path.getFileName()));
            } else if (entry.endsWith("/target/classes")) {
                pack(path, lib.resolve(path.getName(path.getNameCount() - 3) + "-test.jar"));
            }
        }
    }

    @Test
    void itRunsThroughASymbolicLinkFromAnyFolderAndRecordsItsCachesOnce() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("weir"), folder.resolve("home/bin/weir"));

        List<String> first = run(link, "version");
        List<String> second = run(link, "version");

        assertThat(first.getFirst()).isEqualTo("weir: recording start-up caches, once");
        assertThat(second).hasSize(1).allMatch(line -> line.startsWith("weir "));
        assertThat(Files.size(folder.resolve("home/client.aot"))).isPositive();
        assertThat(Files.size(folder.resolve("home/daemon.aot"))).isPositive();
        assertThat(Files.readString(folder.resolve("home/client.path"))).contains("/lb-cli-test.jar")
            .contains("/picocli-")
            .doesNotContain("netty")
            .doesNotContain("lb-daemon");
    }

    @Test
    void thePidOfServeIsTheDaemons() throws Exception {
        Path socket = folder.resolve("admin.sock");
        Path node = Files.writeString(folder.resolve("node.yaml"),
                "{name: lb-1, admin: {socket: '%s'}, state: '%s'}".formatted(socket, folder.resolve("state")));

        try (var serve = start(folder.resolve("home/bin/weir"), "serve", "--node", node.toString())) {
            await().atMost(LIMIT).until(() -> Files.exists(socket));

            assertThat(Ran.weir(socket, "status").out()).contains(", pid " + serve.pid() + ",");
            serve.signal("TERM");
            assertThat(serve.awaitExit(LIMIT)).isZero();
        }
    }

    private List<String> run(Path weir, String... words) throws InterruptedException {
        try (var run = start(weir, words)) {
            assertThat(run.awaitExit(LIMIT)).as(() -> String.join("\n", run.output())).isZero();
            return run.output();
        }
    }

    private ManagedProcess start(Path weir, String... words) {
        var command = new ArrayList<String>(List.of(weir.toString()));
        command.addAll(List.of(words));
        return ManagedProcess.start(command, folder, Map.of("JAVA_HOME", System.getProperty("java.home")));
    }

    /** Tests run in the folder of the module or in that of the checkout. */
    private static Path script() {
        Path here = Path.of("").toAbsolutePath();
        return Stream.of(here.resolve("weir"), here.resolveSibling("weir")).filter(Files::isRegularFile).findFirst().orElseThrow();
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                var packed = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                packed.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, packed);
            }
        }
    }
}
