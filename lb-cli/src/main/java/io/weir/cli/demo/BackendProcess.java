package io.weir.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One sample backend that the demonstration started. Any thread may call it.
 *
 * @param name {@code a-1}, also in its answers
 */
record BackendProcess(String name, String zone, int port, Process process) {
    /** Small: four of them stand beside the daemon. */
    private static final List<String> FLAGS = List.of("-Xms8m", "-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData");

    static BackendProcess start(String name, String zone, int port, Path log) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SampleBackend.class.getName(), name, Integer.toString(port),
                Long.toString(ProcessHandle.current().pid())));
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
        process.getOutputStream().close();
        return new BackendProcess(name, zone, port, process);
    }

    /** Whether it takes connections. */
    boolean accepts() {
        try (var probe = new Socket()) {
            probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    long pid() {
        return process.pid();
    }

    void stop() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
